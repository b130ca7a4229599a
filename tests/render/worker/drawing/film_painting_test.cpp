// Animations that a worker makes of a video. The videos are made of animations, by the worker itself.
#include "render/worker/drawing/film_painting.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/drawn.h"

namespace rucola::render::worker {
namespace {

using samples::VImage;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Size shown{64, 48};
constexpr protocol::Limits film_limits{.source_pixels = 225'000'000,
                                       .source_frames = 1'000,
                                       .output_pixels = 100'000'000,
                                       .output_side = 16'383,
                                       .video_pixel_seconds = 30'000'000'000,
                                       .still_pixels = 2'500'000'000,
                                       .cpu_seconds = 60};

/// Red for 400 milliseconds, green for 200, blue for 400.
std::string film() {
  const samples::Animation animation{.width = shown.width, .height = shown.height, .delays = {400, 200, 400}};
  Plan plan = plan_for(shown, {}, Format::mp4);
  plan.animated = true;
  return drawn(samples::animated(animation, ".gif"), plan);
}

Plan moving(std::vector<Step> steps = {}, Format format = Format::webp) {
  Plan plan = plan_for(shown, std::move(steps), format);
  plan.animated = true;
  plan.frames_per_second = 10;
  plan.timestamp = 0;
  plan.encoding.lossless = format == Format::webp;
  return plan;
}

VImage animation_of(const Plan& plan) {
  const std::string source = film();
  const Result<Drawing> result = draw_one(source, plan, film_limits);
  if (!result) throw std::runtime_error(result.error().message.text + result.error().detail.text);
  return samples::open(result->bytes, "n=-1");
}

char color_of(const std::vector<double>& sample) {
  const auto brightest = std::max_element(sample.begin(), sample.begin() + 3);
  return "rgb"[brightest - sample.begin()];
}

/// A letter for each tenth of a second: encoders join frames that are the same.
std::string tenths_of(const VImage& animation) {
  const int height = animation.get_int("page-height");
  std::string seen;
  std::vector<int> delays = animation.get_array_int("delay");
  for (std::size_t i = 0; i < delays.size(); ++i) {
    const auto sample = pixel(animation, animation.width() / 2, static_cast<int>(i) * height + height / 2);
    seen.append(static_cast<std::size_t>(delays[i] / 100), color_of(sample));
  }
  return seen;
}

TEST(FilmPainting, FramesShowWhatTheFilmShowsThen) {
  for (const Format format : {Format::webp, Format::gif}) {
    const VImage animation = animation_of(moving({}, format));
    EXPECT_EQ(tenths_of(animation), "rrrrggbbbb") << name_of(format);
    EXPECT_EQ(animation.width(), shown.width);
    EXPECT_EQ(animation.get_int("page-height"), shown.height);
    EXPECT_EQ(animation.get_int("loop"), 0);
  }
}

TEST(FilmPainting, APartBeginsAtItsTimeAndLastsAsLongAsIsSaid) {
  Plan plan = moving();
  plan.timestamp = 300;
  plan.film_milliseconds = 400;
  EXPECT_EQ(tenths_of(animation_of(plan)), "rggb");
  plan.film_milliseconds = 5'000;
  EXPECT_EQ(tenths_of(animation_of(plan)), "rggbbbb") << "no longer than the film";
}

TEST(FilmPainting, StepsAreDoneToEachFrame) {
  const VImage animation = animation_of(moving({ResizeStep{{15, 11}}, CropStep{2, 1, {9, 7}}}));
  EXPECT_EQ(animation.width(), 9);
  EXPECT_EQ(animation.get_int("page-height"), 7);
  EXPECT_EQ(tenths_of(animation), "rrrrggbbbb");
  EXPECT_EQ(tenths_of(animation_of(moving({ResizeStep{{130, 98}}}))), "rrrrggbbbb");
}

TEST(FilmPainting, APartOfOneFrameIsAStill) {
  Plan plan = moving();
  plan.timestamp = 500;
  plan.film_milliseconds = 100;
  const VImage still = animation_of(plan);
  EXPECT_EQ(still.height(), shown.height);
  EXPECT_EQ(color_of(pixel(still, 20, 20)), 'g');
}

TEST(FilmPainting, WithoutARateAVideoIsAStill) {
  Plan plan = moving();
  plan.animated = false;
  plan.frames_per_second = 0;
  EXPECT_EQ(animation_of(plan).height(), shown.height);
}

Error refused(const protocol::Limits& within, const Plan& plan = moving()) {
  const std::string source = film();
  try {
    const Result<Drawing> result = draw_one(source, plan, within);
    return result ? Error{} : result.error();
  } catch (const Refused& refused) {
    return refused.error();
  }
}

protocol::Limits changed(auto change) {
  protocol::Limits limits = film_limits;
  change(limits);
  return limits;
}

TEST(FilmPainting, LimitsHold) {
  const Error frames = refused(changed([](protocol::Limits& some) { some.source_frames = 9; }));
  EXPECT_EQ(frames.code, ErrorCode::payload_too_large);
  EXPECT_THAT(frames.message.text, HasSubstr("render.max_source_frames"));
  const Error source = refused(changed([](protocol::Limits& some) { some.source_pixels = 9 * 64 * 48; }));
  EXPECT_EQ(source.code, ErrorCode::payload_too_large);
  EXPECT_THAT(source.message.text, HasSubstr("render.max_source_pixels"));
  const Error output = refused(changed([](protocol::Limits& some) { some.output_pixels = 9 * 64 * 48; }));
  EXPECT_EQ(output.code, ErrorCode::unprocessable);
  EXPECT_THAT(output.message.text, HasSubstr("render.max_output_pixels"));
}

TEST(FilmPainting, SoMuchIsDecodedAndNoMore) {
  // Two of the three pictures that are in the film: the third begins after 0.6 seconds.
  const auto limits = changed([](protocol::Limits& some) { some.still_pixels = 2 * 64 * 48; });
  const Error error = refused(limits);
  EXPECT_EQ(error.code, ErrorCode::payload_too_large);
  EXPECT_THAT(error.message.text, HasSubstr("render.max_still_pixels"));
  EXPECT_THAT(error.message.text, HasSubstr("0.6 seconds from there fit"));
  Plan plan = moving();
  plan.film_milliseconds = 600;
  EXPECT_EQ(refused(limits, plan).message.text, "");
}

TEST(FilmPainting, WhatIsTrimmedIsSoOfAllFrames) {
  const std::string source = film();
  const File file{source};
  const auto measured =
      measure(Files(&file, 1), moving(), {.kind = Measurement::Kind::trim, .fuzzy = 10}, film_limits);
  ASSERT_TRUE(measured) << measured.error().message.text;
  EXPECT_THAT(*measured, ElementsAre(0, 0, shown.width, shown.height));
}

}  // namespace
}  // namespace rucola::render::worker
