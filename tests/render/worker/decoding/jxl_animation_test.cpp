#include "render/worker/decoding/jxl_animation.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/sample_images.h"
#include "render/worker/jxl_bytes.h"

namespace rucola::render::worker {
namespace {

using samples::moving_jxl;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr protocol::Limits limits{.source_pixels = 1'000, .source_frames = 20};

/// Null: it does not move.
std::shared_ptr<const JxlAnimation> moving(std::string_view bytes) {
  const auto found = read_jxl_animation(bytes, limits);
  EXPECT_TRUE(found) << found.error().message.text;
  return found.value_or(nullptr);
}

TEST(JxlAnimation, HasTheDelaysAndPlaysOfItsFile) {
  const auto animation = moving(moving_jxl({50, 120, 300}, {.plays = 3}));
  ASSERT_TRUE(animation);
  EXPECT_THAT(animation->delays_ms, ElementsAre(50, 120, 300));
  EXPECT_EQ(animation->plays, 3);
  EXPECT_EQ(moving(moving_jxl({50, 120}))->plays, 0);
}

TEST(JxlAnimation, SumsOfDelaysAreRounded) {
  EXPECT_THAT(moving(moving_jxl({1, 1, 1, 1}, {.numerator = 3}))->delays_ms, ElementsAre(333, 334, 333, 333));
  EXPECT_THAT(moving(moving_jxl({1, 1, 2}, {.numerator = 30'000, .denominator = 1'001}))->delays_ms,
              ElementsAre(33, 34, 66));
}

TEST(JxlAnimation, NoDelayIsLongerThanAGifs) {
  EXPECT_THAT(moving(moving_jxl({5'000, 1, samples::jxl_page}, {.numerator = 1}))->delays_ms,
              ElementsAre(655'350, 1'000, 655'350));
}

TEST(JxlAnimation, LayersAreNoFrames) {
  EXPECT_THAT(moving(moving_jxl({100, 0, 0, 200}))->delays_ms, ElementsAre(100, 200));
}

TEST(JxlAnimation, WhatIsShownOnceDoesNotMove) {
  EXPECT_FALSE(moving(moving_jxl({100})));
  EXPECT_FALSE(moving(moving_jxl({0, 0, 100})));
  EXPECT_FALSE(moving(samples::file(samples::photo(30, 20), ".jxl")));
}

TEST(JxlAnimation, PagesDoNotMove) {
  EXPECT_FALSE(moving(moving_jxl({samples::jxl_page, samples::jxl_page})));
}

TEST(JxlAnimation, FramesAreLimited) {
  EXPECT_TRUE(moving(moving_jxl(std::vector<std::uint32_t>(20, 10))));
  const auto refused = read_jxl_animation(moving_jxl(std::vector<std::uint32_t>(21, 10)), limits);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::payload_too_large);
  EXPECT_THAT(refused.error().message.text, HasSubstr("render.max_source_frames"));
}

TEST(JxlAnimation, PixelsOfAllFramesAreLimited) {
  const samples::Animation animation{.width = 20, .height = 20};
  const auto refused = read_jxl_animation(samples::animated(animation, ".jxl"), limits);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::payload_too_large);
  EXPECT_THAT(refused.error().message.text, HasSubstr("render.max_source_pixels"));
}

/// Of the last frame only a decoder can tell.
TEST(JxlAnimation, HasAllOfItsFramesWhereverItIsCutOff) {
  const std::string whole = moving_jxl({50, 120, 300});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto found = read_jxl_animation(std::string_view(whole).substr(0, length), limits);
    if (!found) {
      EXPECT_EQ(found.error().code, ErrorCode::unprocessable) << length;
    } else if (*found) {
      EXPECT_THAT((*found)->delays_ms, ElementsAre(50, 120, 300)) << length;
    }
  }
}

TEST(JxlAnimation, OtherBytesDoNotMove) {
  EXPECT_FALSE(moving(""));
  EXPECT_FALSE(moving("\xff\x0a"));
  EXPECT_FALSE(moving("GIF89a"));
}

}  // namespace
}  // namespace rucola::render::worker
