#include <cmath>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "render/operations/pixels.h"
#include "render/sample_images.h"

// What the worker measures in pixels, against pictures of which it is known.
namespace rucola::render {
namespace {

using samples::uniform;
using samples::VImage;

struct Rectangle {
  int left;
  int top;
  int width;
  int height;
};

VImage with_rectangle(const VImage& ground, const Rectangle& box, const std::vector<double>& color) {
  VImage image = ground.copy_memory();
  image.draw_rect(color, box.left, box.top, box.width, box.height, VImage::option()->set("fill", TRUE));
  return image;
}

void expect_box(const VImage& image, double fuzzy, const Rectangle& box) {
  const std::optional<CropStep> found = pixels::measure_trim(image, fuzzy);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->left, box.left);
  EXPECT_EQ(found->top, box.top);
  EXPECT_EQ(found->size.width, box.width);
  EXPECT_EQ(found->size.height, box.height);
}

TEST(MeasureTrim, FindsWhatIsNotBackground) {
  const VImage ground = uniform(60, 40, {250, 250, 250});
  for (const Rectangle& box : std::vector<Rectangle>{
           {10, 5, 20, 30}, {1, 1, 58, 38}, {59, 39, 1, 1}, {0, 39, 60, 1}, {30, 20, 1, 1}, {1, 0, 1, 40}}) {
    expect_box(with_rectangle(ground, box, {249, 250, 250}), 0, box);
  }
}

TEST(MeasureTrim, OneColourHasNoBox) {
  EXPECT_FALSE(pixels::measure_trim(uniform(60, 40, {9, 8, 7}), 0));
  EXPECT_FALSE(pixels::measure_trim(uniform(1, 1, {9, 8, 7}), 0));
  EXPECT_FALSE(pixels::measure_trim(uniform(1, 1, {9}), 100));
  EXPECT_FALSE(pixels::measure_trim(samples::noise(30, 20), 100));
}

TEST(MeasureTrim, FuzzyIsAPercentageOfTheLargestDifference) {
  // A frame of 20 more than the background, and 100 more inside of it: 7.8 % and 39.2 % of 255.
  const VImage framed =
      with_rectangle(with_rectangle(uniform(60, 40, {100, 100, 100}), {5, 5, 50, 30}, {120, 100, 100}),
                     {20, 15, 10, 10}, {100, 200, 100});
  expect_box(framed, 0, {5, 5, 50, 30});
  expect_box(framed, 7, {5, 5, 50, 30});
  expect_box(framed, 8, {20, 15, 10, 10});
  expect_box(framed, 39, {20, 15, 10, 10});
  EXPECT_FALSE(pixels::measure_trim(framed, 40));
}

TEST(MeasureTrim, TransparencyIsSeenAndHiddenColoursAreNot) {
  const VImage clear = uniform(60, 40, {255, 0, 0, 0});
  expect_box(with_rectangle(clear, {7, 8, 9, 10}, {255, 0, 0, 90}), 0, {7, 8, 9, 10});
  EXPECT_FALSE(pixels::measure_trim(with_rectangle(clear, {7, 8, 9, 10}, {0, 255, 0, 0}), 0));
  expect_box(with_rectangle(uniform(60, 40, {80}), {7, 8, 9, 10}, {81}), 0, {7, 8, 9, 10});
}

std::optional<CropStep> trimmed_by(const VImage& image, Color color, double fuzzy = 0) {
  return pixels::measure_trim(image, fuzzy, color);
}

TEST(MeasureTrim, AGivenColourCountsAndNotThatOfTheCorner) {
  const VImage framed = with_rectangle(uniform(60, 40, {200, 200, 200}), {5, 5, 50, 30}, {255, 0, 0});
  EXPECT_EQ(trimmed_by(framed, {200, 200, 200})->size, (Size{50, 30}));
  EXPECT_EQ(trimmed_by(framed, {255, 255, 255})->size, (Size{60, 40}));
  EXPECT_EQ(trimmed_by(framed, {210, 200, 190}, 4)->size, (Size{50, 30}));
  EXPECT_FALSE(trimmed_by(uniform(60, 40, {9, 8, 7}), {9, 8, 7}));
  // The subject reaches into the corner.
  const VImage corner = with_rectangle(uniform(60, 40, {200, 200, 200}), {0, 0, 20, 10}, {255, 0, 0});
  EXPECT_EQ(trimmed_by(corner, {200, 200, 200})->size, (Size{20, 10}));
}

TEST(MeasureTrim, WhatIsSeenThroughIsOfTheGivenColour) {
  const VImage clear = uniform(60, 40, {255, 0, 0, 0});
  const VImage framed = with_rectangle(with_rectangle(clear, {3, 3, 54, 34}, {255, 255, 255, 255}),
                                       {7, 8, 9, 10}, {255, 0, 0, 90});
  EXPECT_EQ(trimmed_by(framed, {255, 255, 255})->size, (Size{9, 10}));
  EXPECT_EQ(trimmed_by(framed, {0, 0, 0})->size, (Size{54, 34}));
}

TEST(MeasureTrim, AGreyPictureIsComparedInColour) {
  const VImage grey = with_rectangle(uniform(60, 40, {80}), {7, 8, 9, 10}, {81});
  EXPECT_EQ(trimmed_by(grey, {80, 80, 80})->size, (Size{9, 10}));
  EXPECT_EQ(trimmed_by(grey, {80, 80, 90})->size, (Size{60, 40}));
  const VImage faint = with_rectangle(uniform(60, 40, {80, 0}), {7, 8, 9, 10}, {0, 255});
  EXPECT_EQ(trimmed_by(faint, {255, 0, 0})->size, (Size{9, 10}));
}

// Shannon's: -sum of p log2 p over the grey values.
TEST(MeasureEntropy, CountsBits) {
  EXPECT_NEAR(pixels::measure_entropy(uniform(16, 16, {7, 7, 7})), 0, 1e-6);
  EXPECT_NEAR(pixels::measure_entropy(uniform(1, 1, {7})), 0, 1e-6);
  const VImage half = with_rectangle(uniform(16, 16, {0}), {0, 0, 8, 16}, {255});
  EXPECT_NEAR(pixels::measure_entropy(half), 1, 1e-6);
  const VImage quarter = with_rectangle(uniform(16, 16, {0}), {0, 0, 4, 16}, {255});
  EXPECT_NEAR(pixels::measure_entropy(quarter), 0.25 * 2 + 0.75 * std::log2(4.0 / 3), 1e-6);
  const VImage every_value =
      VImage::identity().copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W));
  EXPECT_NEAR(pixels::measure_entropy(every_value), 8, 1e-6);
}

TEST(MeasureEntropy, TellsPhotosFromDrawings) {
  EXPECT_GT(pixels::measure_entropy(samples::noise(64, 64)), 5);
  EXPECT_LT(
      pixels::measure_entropy(with_rectangle(uniform(64, 64, {255, 255, 255}), {5, 5, 9, 9}, {0, 0, 200})),
      2);
}

}  // namespace
}  // namespace rucola::render
