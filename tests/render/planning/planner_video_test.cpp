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

TEST(PlannerOfVideos, AnimationsBecomeFilmsAsBefore) {
  const auto render = planned_url("resize-width-100", animation, "mp4");
  ASSERT_TRUE(render);
  EXPECT_EQ(render->plan.encoding.format, Format::mp4);
  EXPECT_TRUE(render->plan.animated);
  EXPECT_EQ(render->plan.timestamp, -1);
}

}  // namespace
}  // namespace rucola::render
