#include "render/planning/moving_video.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/planning/planned.h"

namespace rucola::render {
namespace {

const SourceFacts film = with(photo, [](SourceFacts& facts) {
  facts.format = Format::mp4;
  facts.size = {320, 180};
  facts.length = VideoLength::parse(R"({"video":{"data":{"duration":"00:00:04.00"}}})");
});

Result<PlannedRender> moving(std::string_view url, std::string_view format = "gif",
                             const Settings& settings = {}) {
  return planned_url(url, film, format, AcceptClass::neither, settings);
}

TEST(MovingVideo, IsAnAnimationOfTheWholeFilm) {
  const auto render = moving("resize-width-100--options-fps-5");
  ASSERT_TRUE(render) << render.error().message.text;
  EXPECT_TRUE(render->plan.animated);
  EXPECT_EQ(render->plan.frames_per_second, 5);
  EXPECT_EQ(render->plan.film_milliseconds, -1);
  EXPECT_EQ(render->plan.timestamp, 0);
}

TEST(MovingVideo, IsAnAnimationOfAPartOfIt) {
  const auto render = moving("options-timestamp-1.5-fps-25-seconds-1.25", "webp");
  ASSERT_TRUE(render) << render.error().message.text;
  EXPECT_TRUE(render->plan.animated);
  EXPECT_EQ(render->plan.frames_per_second, 25);
  EXPECT_EQ(render->plan.film_milliseconds, 1'250);
  EXPECT_EQ(render->plan.timestamp, 1'500);
}

TEST(MovingVideo, IsOnePictureWhereNobodyAsksForMore) {
  const auto render = moving("resize-width-100");
  ASSERT_TRUE(render);
  EXPECT_FALSE(render->plan.animated);
  EXPECT_EQ(render->plan.frames_per_second, 0);
  EXPECT_EQ(render->plan.timestamp, -1);
}

TEST(MovingVideo, SecondsAloneMoveAtTheUsualRate) {
  const auto render = moving("options-seconds-2");
  ASSERT_TRUE(render);
  EXPECT_EQ(render->plan.frames_per_second, 10);
  EXPECT_EQ(key(moving("options-seconds-2-fps-10")), key(render));
}

TEST(MovingVideo, WhatIsTheSameIsTheSameHoweverItIsSaid) {
  const auto whole = key(moving("options-fps-10"));
  EXPECT_EQ(key(moving("options-fps-10-timestamp-0")), whole);
  EXPECT_EQ(key(moving("options-fps-10-seconds-60")), whole);
  EXPECT_NE(key(moving("options-fps-10-seconds-4")), whole);  // it may be a few milliseconds longer
  EXPECT_NE(key(moving("options-fps-10-seconds-3.9")), whole);
  EXPECT_NE(key(moving("options-fps-11")), whole);
  EXPECT_NE(key(moving("options-fps-10-timestamp-1")), whole);
  EXPECT_EQ(key(moving("options-fps-10-timestamp-3-seconds-2")), key(moving("options-fps-10-timestamp-3")));
}

TEST(MovingVideo, WhatCanNotMoveDoesNot) {
  for (const char* format : {"jpg", "png", "heif", "tiff", "blur"})
    EXPECT_EQ(key(moving("options-fps-5-seconds-1", format)), key(moving("noop", format))) << format;
  const auto browser = [](std::string_view url) {
    return planned_url(url, film, "jpg", AcceptClass::avif_and_webp);
  };
  EXPECT_EQ(key(browser("options-autoformat-true-fps-5")), key(browser("options-autoformat-true")));
}

TEST(MovingVideo, WhatMovesMovesInTheFormatOfAutoformat) {
  const auto render = planned_url("options-autoformat-true-fps-5", film, "gif", AcceptClass::avif_and_webp);
  ASSERT_TRUE(render);
  EXPECT_EQ(render->plan.encoding.format, Format::webp);
  EXPECT_TRUE(render->plan.animated);
  EXPECT_TRUE(render->varies_on_accept);
  const auto other = planned_url("options-autoformat-true-fps-5", film, "gif");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->plan.encoding.format, Format::gif);
}

TEST(MovingVideo, OtherSourcesKeepTheirOwnTiming) {
  for (const SourceFacts& source : {photo, animation})
    EXPECT_EQ(key(planned_url("options-fps-5-seconds-1", source, "webp")),
              key(planned_url("noop", source, "webp")));
}

TEST(MovingVideo, APartOfOneFrameIsAStill) {
  const auto last = moving("options-fps-10-timestamp-4");
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->plan.animated);
  EXPECT_EQ(last->plan.frames_per_second, 0);
  EXPECT_EQ(last->plan.timestamp, 4'000);
  const auto first = moving("options-fps-5-seconds-0.1");
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->plan.animated);
  EXPECT_EQ(first->plan.timestamp, 0);
}

TEST(MovingVideo, CostsWhatItsFramesCost) {
  const auto one = moving("options-timestamp-0");
  const auto ten = moving("options-fps-10-seconds-1");
  const auto all = moving("options-fps-10");
  ASSERT_TRUE(one && ten && all);
  EXPECT_GE(ten->cost, 9 * one->cost);
  EXPECT_GE(all->cost, 3 * ten->cost);
}

TEST(MovingVideo, HasNoMoreFramesThanAnimations) {
  const Settings settings = limited([](Settings& some) { some.max_source_frames = 25; });
  EXPECT_TRUE(moving("options-fps-10-seconds-2.5", "gif", settings));
  const auto long_one = moving("options-fps-10", "gif", settings);
  expect_error(long_one, ErrorCode::payload_too_large, "render.max_source_frames");
  expect_error(long_one, ErrorCode::payload_too_large, "2.5 seconds fit");
}

TEST(MovingVideo, HasNoMorePixelsThanAnimations) {
  constexpr std::int64_t frame = 320 * 180;
  const Settings source = limited([](Settings& some) { some.max_source_pixels = 30 * frame + 1; });
  const auto long_one = moving("resize-width-10--options-fps-10", "gif", source);
  expect_error(long_one, ErrorCode::payload_too_large, "render.max_source_pixels");
  expect_error(long_one, ErrorCode::payload_too_large, "3 seconds fit");
  EXPECT_TRUE(moving("resize-width-10--options-fps-10-seconds-3", "gif", source));
  const Settings output = limited([](Settings& some) { some.max_output_pixels = 19 * frame; });
  const auto large = moving("options-fps-10", "gif", output);
  expect_error(large, ErrorCode::unprocessable, "render.max_output_pixels");
  expect_error(large, ErrorCode::unprocessable, "1.9 seconds fit");
  EXPECT_TRUE(moving("options-fps-10-seconds-1.9", "gif", output));
  EXPECT_TRUE(moving("resize-width-160--options-fps-10", "gif", output));
}

/// Who asked for too much was told one limit after the other.
TEST(MovingVideo, WhatIsSaidToFitFitsAllLimits) {
  constexpr std::int64_t frame = 320 * 180;
  const Settings settings = limited([](Settings& some) {
    some.max_source_frames = 25;
    some.max_source_pixels = 20 * frame;
    some.max_output_pixels = 15 * frame;
  });
  expect_error(moving("options-fps-10", "gif", settings), ErrorCode::payload_too_large,
               "At 10 frames a second 2 seconds fit");
  expect_error(moving("options-fps-10-seconds-2", "gif", settings), ErrorCode::unprocessable,
               "1.5 seconds fit");
}

TEST(MovingVideo, OfUnknownLengthMayBeAsLongAsAny) {
  const SourceFacts endless = with(film, [](SourceFacts& facts) { facts.length.reset(); });
  const auto part = planned_url("options-fps-10-seconds-3", endless, "gif");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->plan.film_milliseconds, 3'000);
  const auto all = planned_url("resize-width-10--options-fps-10", endless, "gif");
  ASSERT_TRUE(all) << all.error().message.text;
  EXPECT_EQ(all->plan.film_milliseconds, -1);
}

class FilmStacks : public EmptyLibrary {
 public:
  Result<StackDefinition> stack(std::string_view name) override {
    if (name != "film") return EmptyLibrary::stack(name);
    Overrides overrides;
    if (auto added = add_overrides("resize-width-160--options-fps-5-seconds-2", overrides); !added)
      return std::unexpected(added.error());
    return dynamic_stack(overrides);
  }
};

Result<PlannedRender> on_film(std::string_view url, std::string_view format) {
  Overrides overrides;
  if (auto added = add_overrides(url, overrides); !added) return std::unexpected(added.error());
  FilmStacks library;
  const StackDefinition stack = dynamic_stack(overrides);
  return plan_render({.stack = stack, .source = film, .format = format}, library, {});
}

TEST(MovingVideo, ABaseStackHandsItsFramesOn) {
  const auto render = on_film("resize-width-80--options-basestack-film", "gif");
  ASSERT_TRUE(render) << render.error().message.text;
  EXPECT_TRUE(render->plan.animated);
  EXPECT_EQ(render->plan.frames_per_second, 0) << "those of the base are frames of an animation";
  ASSERT_TRUE(render->files.front().render);
  const Plan& base = render->files.front().render->plan;
  EXPECT_TRUE(base.animated);
  EXPECT_EQ(base.frames_per_second, 5);
  EXPECT_EQ(base.film_milliseconds, 2'000);
  const auto still = on_film("resize-width-80--options-basestack-film", "jpg");
  ASSERT_TRUE(still);
  ASSERT_TRUE(still->files.front().render);
  EXPECT_FALSE(still->files.front().render->plan.animated);
  EXPECT_EQ(still->files.front().render->plan.timestamp, -1);
}

Result<PlannedRender> of_url_within(std::string_view inner, std::string_view inner_format,
                                    std::string_view outer, std::string_view format) {
  Overrides below;
  Overrides above;
  if (auto added = add_overrides(inner, below); !added) return std::unexpected(added.error());
  if (auto added = add_overrides(outer, above); !added) return std::unexpected(added.error());
  EmptyLibrary library;
  const StackDefinition stack = dynamic_stack(above);
  const StackDefinition stack_below = dynamic_stack(below);
  return plan_render({.stack = stack,
                      .source = film,
                      .format = format,
                      .below = {{.stack = stack_below, .format = inner_format}}},
                     library, {});
}

TEST(MovingVideo, AUrlWithinAUrlIsWhatItShows) {
  const auto film_of_part = of_url_within("options-fps-5-seconds-2", "gif", "resize-width-80", "mp4");
  ASSERT_TRUE(film_of_part) << film_of_part.error().message.text;
  EXPECT_TRUE(film_of_part->plan.animated);
  EXPECT_EQ(film_of_part->plan.frames_per_second, 0);
  ASSERT_TRUE(film_of_part->files.front().render);
  EXPECT_EQ(film_of_part->files.front().render->plan.frames_per_second, 5);
  for (const char* inner : {"noop", "options-timestamp-1"}) {
    const auto still = of_url_within(inner, "png", "options-fps-5-timestamp-2", "gif");
    ASSERT_TRUE(still) << still.error().message.text;
    EXPECT_FALSE(still->plan.animated) << inner;
    EXPECT_EQ(still->plan.timestamp, -1) << inner;
  }
}

}  // namespace
}  // namespace rucola::render
