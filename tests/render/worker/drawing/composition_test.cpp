#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/operations/pixels.h"
#include "render/sample_images.h"
#include "render/worker/drawing/draw.h"

// Pictures over pictures, against the arithmetic of "over": colours weighed by alpha.
namespace rucola::render::worker {
namespace {

using samples::difference;
using samples::VImage;
using testing::ElementsAre;

constexpr protocol::Limits limits{.source_pixels = 225'000'000,
                                  .source_frames = 1'000,
                                  .output_pixels = 1'000'000,
                                  .output_side = 16'383,
                                  .cpu_seconds = 60};

VImage composed(const VImage& image, const CompositionStep& step, const std::string& second = {}) {
  Plan plan;
  plan.source = {image.width(), image.height()};
  plan.steps = {step};
  plan.encoding.format = Format::png;
  const std::string first = samples::file(image, ".png");
  std::vector<File> files{{first}};
  if (!second.empty()) files.push_back({second});
  const auto drawn = draw(files, plan, limits);
  if (!drawn) throw std::runtime_error(drawn.error().message.text + drawn.error().detail.text);
  return samples::open(drawn->bytes);
}

CompositionStep box_around(Size canvas, Position at) {
  CompositionStep step;
  step.canvas = canvas;
  step.image = at;
  step.image_in_front = true;
  step.overlay = canvas;
  return step;
}

TEST(Over, IsTheArithmeticForEveryPairOfOpacities) {
  // Across: the opacity below, down: the opacity above.
  const VImage position = VImage::xyz(256, 256);
  const auto colored = [](const VImage& alpha, std::vector<double> color) {
    return samples::uniform(256, 256, color).bandjoin(alpha.cast(VIPS_FORMAT_UCHAR)).copy_memory();
  };
  const VImage below = colored(position.extract_band(0), {200, 10, 90});
  const VImage above = colored(position.extract_band(1), {20, 250, 255});
  const VImage result = pixels::over(below, above, {}).copy_memory();
  for (int y = 0; y < 256; y += 5) {
    for (int x = 0; x < 256; x += 5) {
      const double b = x / 255.0;
      const double a = y / 255.0;
      const double alpha = a + b * (1 - a);
      const auto pixel = result.getpoint(x, y);
      EXPECT_NEAR(pixel[3], alpha * 255, 0.51);
      if (alpha == 0) continue;
      EXPECT_NEAR(pixel[0], (20 * a + 200 * b * (1 - a)) / alpha, 0.51) << x << ' ' << y;
      EXPECT_NEAR(pixel[1], (250 * a + 10 * b * (1 - a)) / alpha, 0.51) << x << ' ' << y;
      EXPECT_NEAR(pixel[2], (255 * a + 90 * b * (1 - a)) / alpha, 0.51) << x << ' ' << y;
    }
  }
}

TEST(Over, WhatIsTransparentChangesNothing) {
  const VImage below = samples::translucent(64, 48);
  const VImage nothing = samples::uniform(64, 48, {255, 255, 255, 0});
  const auto seen = [](const VImage& image) {
    return image.extract_area(1, 0, 63, 48);
  };  // the first column is invisible
  EXPECT_EQ(difference(seen(pixels::over(below, nothing, {})), seen(below)), 0);
}

TEST(Over, IsCutOffAtEveryEdge) {
  const VImage black = samples::uniform(20, 10, {0, 0, 0});
  const VImage white = samples::uniform(8, 8, {255, 255, 255});
  const auto whites = [&](Position at) {
    return static_cast<int>(pixels::over(black, white, at).extract_band(0).avg() * 200 / 255 + 0.5);
  };
  EXPECT_EQ(whites({0, 0}), 64);
  EXPECT_EQ(whites({-3, 0}), 40);
  EXPECT_EQ(whites({17, 7}), 9);
  EXPECT_EQ(whites({20, 0}), 0);
  EXPECT_EQ(whites({0, -8}), 0);
  EXPECT_EQ(whites({990'000, 5}), 0);
}

TEST(Composition, AnImageInAnOpaqueBoxStaysOpaque) {
  CompositionStep step = box_around({50, 30}, {5, 10});
  step.color = {1, 2, 3};
  step.leaves_gaps = false;
  const VImage image = samples::photo(20, 10);
  const VImage result = composed(image, step);
  ASSERT_EQ(result.bands(), 3);
  EXPECT_THAT(result.getpoint(0, 0), ElementsAre(1, 2, 3));
  EXPECT_THAT(result.getpoint(49, 29), ElementsAre(1, 2, 3));
  EXPECT_EQ(difference(result.extract_area(5, 10, 20, 10), image), 0);
}

TEST(Composition, TheCanvasIsTransparentWhereNothingIs) {
  CompositionStep step = box_around({50, 30}, {30, 20});
  step.opacity = 0;
  const VImage result = composed(samples::photo(20, 10), step);
  ASSERT_EQ(result.bands(), 4);
  EXPECT_EQ(result.getpoint(0, 0)[3], 0);
  EXPECT_EQ(difference(result.extract_area(30, 20, 20, 10).extract_band(0, VImage::option()->set("n", 3)),
                       samples::photo(20, 10)),
            0);
}

TEST(Composition, WhatLiesPastTheCanvasIsNotSeen) {
  for (const Position at : {Position{50, 5}, Position{5, 30}, Position{90'000, 90'000}, Position{-20, 0}}) {
    CompositionStep step = box_around({50, 30}, {30, 20});
    step.overlay = {20, 10};
    step.overlay_at = at;
    const VImage result = composed(samples::photo(20, 10), step);
    EXPECT_EQ(result.extract_area(0, 0, 50, 20).extract_band(3).max(), 0);
    EXPECT_EQ(result.getpoint(40, 25)[3], 255);
  }
}

// A file is read once, from top to bottom: whatever a composition needs of it must not come out of order.
TEST(Composition, OfAPartOfATallFile) {
  const VImage image = samples::photo(100, 5000);
  CompositionStep step;
  step.canvas = {100, 5000};
  step.overlay = {10, 10};
  step.overlay_at = {40, 2500};
  step.color = {1, 2, 3};
  step.leaves_gaps = false;
  Plan plan;
  plan.source = step.canvas;
  plan.steps = {step, CropStep{.left = 0, .top = 1000, .size = {100, 4000}}};
  plan.encoding.format = Format::png;
  for (const char* suffix : {".png", ".jpg[Q=100]", ".tif"}) {
    const std::string source = samples::file(image, suffix);
    const File bytes{source};
    const auto drawn = draw(Files(&bytes, 1), plan, limits);
    ASSERT_TRUE(drawn) << suffix << drawn.error().message.text;
    const VImage result = samples::open(drawn->bytes);
    EXPECT_THAT(result.getpoint(49, 1509), ElementsAre(1, 2, 3));
    EXPECT_LE(difference(result.extract_area(0, 0, 100, 1500), image.extract_area(0, 1000, 100, 1500)), 8);
  }
}

TEST(Composition, AGreyImageGetsTheColorsOfWhatLiesOverIt) {
  CompositionStep step;
  step.canvas = {20, 10};
  step.overlay = {5, 5};
  step.color = {200, 100, 0};
  step.opacity = 50;
  step.leaves_gaps = false;
  const VImage result = composed(samples::uniform(20, 10, {100}), step);
  ASSERT_EQ(result.bands(), 3);
  EXPECT_THAT(result.getpoint(2, 2), ElementsAre(150, 100, 50));
  EXPECT_THAT(result.getpoint(10, 8), ElementsAre(100, 100, 100));
}

TEST(Composition, WorksOnASinglePixel) {
  CompositionStep step = box_around({3, 3}, {1, 1});
  step.leaves_gaps = false;
  const VImage result = composed(samples::uniform(1, 1, {9, 8, 7}), step);
  EXPECT_THAT(result.getpoint(1, 1), ElementsAre(9, 8, 7));
  EXPECT_THAT(result.getpoint(0, 1), ElementsAre(0, 0, 0));
}

TEST(Composition, ALayerIsPreparedByItsOwnSteps) {
  CompositionStep step;
  step.canvas = {60, 40};
  step.overlay = {20, 20};
  step.overlay_at = {40, 20};
  step.leaves_gaps = false;
  step.layer = {Layer{.file = 1,
                      .source = {40, 30},
                      .steps = {CropStep{.left = 10, .top = 5, .size = {20, 20}}, GrayscaleStep{}}}};
  const VImage other = samples::noise(40, 30);
  const VImage result = composed(samples::photo(60, 40), step, samples::file(other, ".png"));
  const VImage expected = other.extract_area(10, 5, 20, 20)
                              .colourspace(VIPS_INTERPRETATION_B_W)
                              .colourspace(VIPS_INTERPRETATION_sRGB);
  EXPECT_LE(difference(result.extract_area(40, 20, 20, 20), expected), 1);
  EXPECT_EQ(difference(result.extract_area(0, 0, 40, 40), samples::photo(60, 40).extract_area(0, 0, 40, 40)),
            0);
}

TEST(Composition, EveryFrameOfAnAnimationGetsTheOverlay) {
  CompositionStep step;
  step.canvas = {40, 30};
  step.overlay = {10, 10};
  step.color = {255, 255, 255};
  step.leaves_gaps = false;
  Plan plan;
  plan.source = {40, 30};
  plan.steps = {step};
  plan.encoding.format = Format::webp;
  plan.encoding.lossless = true;
  plan.animated = true;
  const std::string source = samples::animated({}, ".webp[lossless]");
  const File bytes{source};
  const auto drawn = draw(Files(&bytes, 1), plan, limits);
  ASSERT_TRUE(drawn) << drawn.error().message.text;
  const VImage frames = samples::open(drawn->bytes, "n=-1");
  ASSERT_EQ(frames.height(), 90);
  for (int frame = 0; frame < 3; ++frame) {
    EXPECT_EQ(frames.getpoint(5, frame * 30 + 5)[1], 255);
    EXPECT_NE(frames.getpoint(30, frame * 30 + 20)[0] + frames.getpoint(30, frame * 30 + 20)[1] +
                  frames.getpoint(30, frame * 30 + 20)[2],
              765);
  }
}

TEST(Composition, TheImageMayBeLeftOut) {
  CompositionStep step;
  step.canvas = {30, 20};
  step.overlay = {30, 20};
  step.color = {7, 8, 9};
  step.image_left_out = true;
  step.leaves_gaps = false;
  const VImage result = composed(samples::photo(100, 100), step);
  ASSERT_EQ(result.bands(), 3);
  EXPECT_EQ(difference(result, samples::uniform(30, 20, {7, 8, 9})), 0);
}

TEST(Composition, LimitsHoldForWhatIsLaidOver) {
  CompositionStep step;
  step.canvas = {10, 10};
  step.overlay = {2'000, 1'000};
  EXPECT_THROW(composed(samples::photo(10, 10), step), std::runtime_error);
}

}  // namespace
}  // namespace rucola::render::worker
