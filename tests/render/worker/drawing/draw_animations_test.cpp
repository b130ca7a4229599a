// Animations as a worker draws them: their frames, delays and loops.
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/drawn.h"

namespace rucola::render::worker {
namespace {

using samples::difference;
using samples::VImage;

// ---- animations

class EveryAnimation : public testing::TestWithParam<std::pair<const char*, Format>> {};

INSTANTIATE_TEST_SUITE_P(Formats, EveryAnimation,
                         testing::Values(std::pair{".gif", Format::gif}, std::pair{".gif", Format::webp},
                                         std::pair{".webp[lossless]", Format::webp},
                                         std::pair{".webp[lossless]", Format::gif},
                                         std::pair{".gif", Format::jxl},
                                         std::pair{".jxl[lossless]", Format::webp},
                                         std::pair{".jxl[lossless]", Format::jxl}));

void expect_frames(const VImage& result, Size size, const samples::Animation& source) {
  ASSERT_EQ(result.get_int("n-pages"), static_cast<int>(source.colors.size()));
  ASSERT_EQ(result.get_int("page-height"), size.height);
  ASSERT_EQ(result.width(), size.width);
  EXPECT_EQ(result.get_array_int("delay"), source.delays);
  EXPECT_EQ(result.get_int("loop"), source.loop);
  for (std::size_t i = 0; i < source.colors.size(); ++i) {
    const VImage frame = result.extract_area(0, static_cast<int>(i) * size.height, size.width, size.height)
                             .colourspace(VIPS_INTERPRETATION_sRGB)
                             .extract_band(0, VImage::option()->set("n", 3));
    EXPECT_LE(difference(frame, samples::uniform(size.width, size.height, source.colors[i])), 8)
        << "frame " << i;
  }
}

TEST_P(EveryAnimation, KeepsItsFramesThroughResizeAndCrop) {
  const samples::Animation source;
  Plan plan = plan_for({40, 30}, {ResizeStep{{27, 20}}, CropStep{3, 2, {13, 17}}}, GetParam().second);
  plan.animated = true;
  const std::string bytes = drawn(samples::animated(source, GetParam().first), plan);
  expect_frames(samples::open(bytes, "n=-1"), {13, 17}, source);
}

TEST_P(EveryAnimation, KeepsItsFramesThroughEveryOtherStep) {
  samples::Animation source;
  source.colors = {{80, 80, 80}, {200, 200, 200}, {140, 140, 140}};
  const std::vector<Step> steps{turn(90), BlurStep{2}, SmartCropStep{{20, 20}}, GrayscaleStep{}};
  Plan plan = plan_for({40, 30}, steps, GetParam().second);
  plan.animated = true;
  const std::string bytes = drawn(samples::animated(source, GetParam().first), plan);
  expect_frames(samples::open(bytes, "n=-1"), {20, 20}, source);
}

TEST_P(EveryAnimation, KeepsEndlessLoops) {
  samples::Animation source;
  source.loop = 0;
  Plan plan = plan_for({40, 30}, {}, GetParam().second);
  plan.animated = true;
  const std::string bytes = drawn(samples::animated(source, GetParam().first), plan);
  expect_frames(samples::open(bytes, "n=-1"), {40, 30}, source);
}

TEST_P(EveryAnimation, IsItsFirstFrameInAStillFormat) {
  const std::string file = samples::animated({}, GetParam().first);
  for (const Format format : {Format::jpg, Format::png, Format::webp, Format::gif}) {
    const VImage result = samples::open(drawn(file, plan_for({40, 30}, {ResizeStep{{20, 15}}}, format)), "");
    EXPECT_EQ(result.width(), 20);
    EXPECT_EQ(result.height(), 15);
    EXPECT_NEAR(pixel(result, 10, 7)[0], 255, 3);
    EXPECT_NEAR(pixel(result, 10, 7)[1], 0, 3);
  }
}

/// libvips shows only the picture beside the sequence, so that what was written is read again.
TEST(Draw, KeepsFramesInAnAvifAndFromOne) {
  const samples::Animation source;
  Plan plan = plan_for({40, 30}, {ResizeStep{{27, 20}}}, Format::avif);
  plan.animated = true;
  const std::string avif = drawn(samples::animated(source, ".gif"), plan);
  EXPECT_EQ(avif.substr(4, 8), "ftypavis");
  Plan back = plan_for({27, 20}, {}, Format::webp);
  back.animated = true;
  back.encoding.lossless = true;
  expect_frames(samples::open(drawn(avif, back), "n=-1"), {27, 20}, source);
  EXPECT_EQ(samples::open(drawn(avif, plan_for({27, 20}, {})), "").height(), 20) << "the first frame";
}

TEST(Draw, AJxlThatMovesHasOpacityWhereItNeedsIt) {
  samples::Animation source;
  source.colors = {{255, 0, 0, 255}, {0, 255, 0, 255}};
  source.delays = {100, 5};
  Plan plan = plan_for({40, 30}, {}, Format::jxl);
  plan.animated = true;
  plan.encoding.lossless = true;
  const VImage opaque = samples::open(drawn(samples::animated(source, ".webp[lossless]"), plan), "n=-1");
  EXPECT_EQ(opaque.bands(), 3);
  EXPECT_EQ(opaque.get_array_int("delay"), (std::vector{100, 100})) << "as browsers have it";
  source.colors.back().back() = 128;
  const VImage clear = samples::open(drawn(samples::animated(source, ".webp[lossless]"), plan), "n=-1");
  EXPECT_EQ(pixel(clear, 20, 45), (std::vector<double>{0, 255, 0, 128}));
}

TEST(Draw, TurnsAnAnimationWithTransparentCorners) {
  Plan plan = plan_for({40, 30}, {turn(45)}, Format::webp);
  plan.animated = true;
  plan.encoding.lossless = true;
  const VImage result = samples::open(drawn(samples::animated({}, ".gif"), plan), "n=-1");
  const int page = result.get_int("page-height");
  for (int frame = 0; frame < 3; ++frame) {
    EXPECT_EQ(pixel(result, 0, frame * page)[3], 0);
    EXPECT_EQ(pixel(result, result.width() / 2, frame * page + page / 2)[3], 255);
    EXPECT_NEAR(pixel(result, result.width() / 2, frame * page + page / 2)[static_cast<std::size_t>(frame)],
                255, 2);
  }
}

TEST(Draw, CutsAllFramesAtTheSamePlace) {
  std::vector<VImage> frames;
  for (const int x : {5, 65}) {
    VImage frame = samples::uniform(90, 30, {90, 90, 90}).copy_memory();
    frame.draw_rect({255, 40, 40}, x, 5, 20, 20, VImage::option()->set("fill", TRUE));
    frames.push_back(frame);
  }
  VImage joined = VImage::arrayjoin(frames, VImage::option()->set("across", 1)).copy();
  joined.set("page-height", 30);
  joined.set("delay", std::vector<int>{10, 10});
  Plan plan = plan_for({90, 30}, {SmartCropStep{{30, 30}}}, Format::webp);
  plan.animated = true;
  plan.encoding.lossless = true;
  const VImage result = samples::open(drawn(samples::file(joined, ".webp[lossless]"), plan), "n=-1");
  EXPECT_EQ(result.extract_area(0, 0, 30, 30).extract_band(0).max(), 255);
  EXPECT_EQ(result.extract_area(0, 30, 30, 30).extract_band(0).max(), 90);
}

}  // namespace
}  // namespace rucola::render::worker
