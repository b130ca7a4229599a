#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "render/operations/planning.h"

namespace rucola::render {
namespace {

PlanningContext rotated(Size image, double angle, Options options = {}) {
  options["angle"] = angle;
  return planned(image, operation::rotate(), options);
}

double degrees_of(const PlanningContext& context) {
  return std::get<RotateStep>(context.steps.at(0)).degrees;
}

TEST(RotateOperation, QuarterTurnsHaveExactSizes) {
  for (const double angle : {90.0, 270.0, -90.0, -270.0}) {
    EXPECT_EQ(rotated({301, 200}, angle).size, (Size{200, 301})) << angle;
  }
  for (const double angle : {180.0, -180.0})
    EXPECT_EQ(rotated({301, 200}, angle).size, (Size{301, 200})) << angle;
}

TEST(RotateOperation, EqualTurnsHaveEqualSteps) {
  EXPECT_DOUBLE_EQ(degrees_of(rotated({3, 2}, -90)), 270);
  EXPECT_DOUBLE_EQ(degrees_of(rotated({3, 2}, 270)), 270);
  EXPECT_DOUBLE_EQ(degrees_of(rotated({3, 2}, -359.5)), 0.5);
}

TEST(RotateOperation, AFullTurnIsNone) {
  for (const double angle : {0.0, 360.0, -360.0, -1e-300})
    EXPECT_TRUE(rotated({3, 2}, angle).steps.empty()) << angle;
}

TEST(RotateOperation, TheCanvasGrowsToHoldTheCorners) {
  EXPECT_EQ(rotated({100, 100}, 45).size, (Size{141, 141}));
  EXPECT_EQ(rotated({300, 200}, 30).size, (Size{360, 323}));
  EXPECT_EQ(rotated({300, 200}, -30).size, (Size{360, 323}));
  EXPECT_EQ(rotated({300, 200}, 150).size, (Size{360, 323}));
}

// The bounding box of the four corners, turned one by one.
TEST(RotateOperation, TheCanvasIsTheBoundingBoxOfTheCorners) {
  for (const Size image : std::vector<Size>{{1, 1}, {640, 480}, {1, 999}, {1023, 767}}) {
    for (double angle = -359.3; angle < 360; angle += 7.9) {
      const double radians = angle * std::acos(-1.0) / 180;
      double left = 0;
      double right = 0;
      double top = 0;
      double bottom = 0;
      for (const auto& [x, y] : {std::pair{image.width, 0}, {0, image.height}, {image.width, image.height}}) {
        const double turned_x = x * std::cos(radians) - y * std::sin(radians);
        const double turned_y = x * std::sin(radians) + y * std::cos(radians);
        left = std::min(left, turned_x);
        right = std::max(right, turned_x);
        top = std::min(top, turned_y);
        bottom = std::max(bottom, turned_y);
      }
      const Size size = rotated(image, angle).size;
      EXPECT_NEAR(size.width, right - left, 0.5001) << angle;
      EXPECT_NEAR(size.height, bottom - top, 0.5001) << angle;
    }
  }
}

TEST(RotateOperation, TheBackgroundCountsOnlyWhereItShows) {
  const Options red{{"background_color", "FF0000"}, {"background_opacity", 100.0}};
  const auto slanted = std::get<RotateStep>(rotated({3, 2}, 45, red).steps.at(0));
  EXPECT_EQ(slanted.background, (Color{255, 0, 0}));
  EXPECT_DOUBLE_EQ(slanted.background_opacity, 100);
  const auto quarter = std::get<RotateStep>(rotated({3, 2}, 90, red).steps.at(0));
  EXPECT_EQ(quarter.background, Color{});
  EXPECT_DOUBLE_EQ(quarter.background_opacity, 0);
  const auto clear = std::get<RotateStep>(rotated({3, 2}, 45, {{"background_color", "FF0000"}}).steps.at(0));
  EXPECT_EQ(clear.background, Color{});
}

}  // namespace
}  // namespace rucola::render
