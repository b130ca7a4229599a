#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/planning/planned.h"

namespace rucola::render {
namespace {

const SourceFacts film = with(photo, [](SourceFacts& facts) {
  facts.format = Format::mp4;
  facts.size = {1920, 1080};
  facts.length = VideoLength::parse(R"({"video":{"data":{"duration":"00:01:19.34"}}})");
});

TEST(PlannerOfVideos, APictureIsThatOfATime) {
  const auto some = planned_url("resize-width-400", film);
  const auto then = planned_url("resize-width-400--options-timestamp-00:00:40.5", film);
  ASSERT_TRUE(some);
  ASSERT_TRUE(then) << then.error().message.text;
  EXPECT_EQ(some->plan.timestamp, -1);
  EXPECT_EQ(then->plan.timestamp, 40'500);
  EXPECT_NE(key(then), key(some));
  EXPECT_EQ(key(planned_url("resize-width-400--options-timestamp-40.500", film)), key(then));
  EXPECT_TRUE(then->files.front().is_drawing);  // what it takes its size doesn't tell
}

TEST(PlannerOfVideos, PicturesHaveNoTime) {
  EXPECT_EQ(key(planned_url("resize-width-400--options-timestamp-00:00:40")),
            key(planned_url("resize-width-400")));
}

TEST(PlannerOfVideos, ThereIsNothingAfterTheEnd) {
  expect_error(planned_url("options-timestamp-00:01:20", film), ErrorCode::bad_request, "00:01:19.34");
  EXPECT_TRUE(planned_url("options-timestamp-00:01:19.34", film));
  const SourceFacts endless = with(film, [](SourceFacts& facts) { facts.length.reset(); });
  EXPECT_TRUE(planned_url("options-timestamp-00:01:20", endless));
}

class StackLibrary final : public EmptyLibrary {
 public:
  Result<StackDefinition> stack(std::string_view name) override {
    return fail(ErrorCode::forbidden, std::string(name));
  }
};

Result<Planned> planned_video(std::string_view format, const SourceFacts& source, bool url_operates = false) {
  EmptyLibrary library;
  const StackDefinition stack;
  return Planner({}, "8.14.1")
      .plan({.stack = stack, .source = source, .format = format, .url_operates = url_operates}, library);
}

TEST(PlannerOfVideos, TheVideoItselfIsDeliveredAsItIs) {
  for (const Format format : {Format::mp4, Format::mov, Format::webm}) {
    const SourceFacts source = with(film, [&](SourceFacts& facts) { facts.format = format; });
    const auto planned = planned_video(name_of(format), source);
    ASSERT_TRUE(planned) << name_of(format);
    EXPECT_TRUE(std::holds_alternative<OriginalWanted>(*planned));
  }
}

TEST(PlannerOfVideos, NoVideoIsConverted) {
  for (const char* format : {"webm", "mov"}) {
    const auto planned = planned_video(format, film);
    ASSERT_FALSE(planned);
    EXPECT_EQ(planned.error().code, ErrorCode::unsupported_media_type);
    EXPECT_THAT(planned.error().message.text, testing::HasSubstr(".mp4"));
  }
  const auto resized = planned_video("mp4", film, true);
  ASSERT_FALSE(resized);
  EXPECT_EQ(resized.error().code, ErrorCode::unprocessable);
}

/// Of a URL within the URL of a render, with a time behind it.
Result<PlannedRender> planned_still(const SourceFacts& source, std::string_view inner_format = "mp4",
                                    bool inner_operates = false, const StackDefinition& inner = {},
                                    std::int32_t time = 22'500) {
  StackLibrary library;
  const StackDefinition stack;
  return plan_render(
      {.stack = stack,
       .source = source,
       .format = "jpg",
       .below = {{.stack = inner, .format = inner_format, .url_operates = inner_operates, .still_at = time}}},
      library, {});
}

TEST(PlannerOfVideos, ATimeBehindAUrlWithinIsThatOfAPicture) {
  const auto still = planned_still(film);
  ASSERT_TRUE(still) << still.error().message.text;
  EXPECT_EQ(still->plan.timestamp, -1) << "it is a picture already";
  ASSERT_TRUE(still->files.front().render);
  const Plan& below = still->files.front().render->plan;
  EXPECT_EQ(below.timestamp, 22'500);
  EXPECT_EQ(below.source, film.size);
  EXPECT_EQ(below.encoding.format, Format::png);
  EXPECT_FALSE(below.animated);
  EXPECT_NE(key(planned_still(film, "mp4", false, {}, 22'501)), key(still));
}

TEST(PlannerOfVideos, WhatTheStackWithinDoesToPicturesDoesNotMatterForATime) {
  Overrides overrides;
  ASSERT_TRUE(add_overrides("resize-width-100--options-timestamp-1-fps-5", overrides));
  EXPECT_EQ(key(planned_still(film, "mp4", false, dynamic_stack(overrides))), key(planned_still(film)));
}

TEST(PlannerOfVideos, OnlyAVideoAsItWasUploadedHasATimeBehindItsUrl) {
  expect_error(planned_still(film, "jpg"), ErrorCode::unprocessable, "no video");
  expect_error(planned_still(photo, "mp4"), ErrorCode::unprocessable, "no video");
  expect_error(planned_still(film, "webm"), ErrorCode::unsupported_media_type, ".mp4");
  expect_error(planned_still(film, "mp4", true), ErrorCode::unprocessable, "operations");
  expect_error(planned_still(film, "mp4", false, {}, 80'000), ErrorCode::bad_request, "00:01:19.34");
  StackDefinition source_file;
  source_file.options.emplace("source_file", true);
  EXPECT_EQ(key(planned_still(film, "jpg", false, source_file)), key(planned_still(film)));
}

/// It was told that the URL is that of a render.
TEST(PlannerOfVideos, NoStackOfFilesDeliversAPictureOfAVideo) {
  StackLibrary library;
  StackDefinition files;
  files.options.emplace("source_file", true);
  const StackDefinition inner;
  const auto message = [&](std::optional<std::int32_t> time) {
    const auto planned = Planner({}, "8.14.1")
                             .plan({.stack = files,
                                    .source = film,
                                    .format = "png",
                                    .below = {{.stack = inner, .format = "mp4", .still_at = time}}},
                                   library);
    return planned ? std::string() : planned.error().message.text;
  };
  EXPECT_THAT(message(22'500), testing::HasSubstr("a picture of a video"));
  EXPECT_THAT(message({}), testing::HasSubstr("that of a render"));
  for (const auto& told : {message(22'500), message({})})
    EXPECT_THAT(told, testing::HasSubstr("\"source_file\""));
}

TEST(PlannerOfVideos, AStackWithinMayBeBasedOnWhatMustNotBeShown) {
  StackDefinition based;
  based.options.emplace("basestack", "closed");
  expect_error(planned_still(film, "mp4", false, based), ErrorCode::forbidden, "closed");
}

TEST(PlannerOfVideos, AnimationsBecomeFilmsAsBefore) {
  const auto render = planned_url("resize-width-100", animation, "mp4");
  ASSERT_TRUE(render);
  EXPECT_EQ(render->plan.encoding.format, Format::mp4);
  EXPECT_TRUE(render->plan.animated);
  EXPECT_EQ(render->plan.timestamp, -1);
}

}  // namespace
}  // namespace rucola::render
