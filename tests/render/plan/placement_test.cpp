#include "render/plan/placement.h"

#include <gtest/gtest.h>

#include "render/plan/step.h"

namespace rucola::render {
namespace {

RotateStep turn(double degrees) {
  return {.degrees = degrees, .background = {}, .background_opacity = 0};
}

/// A box on an image of 100 x 60 after one step.
Box moved(const Step& step) {
  return placement_of(step, {100, 60}).value().of({.left = 10, .top = 20, .width = 30, .height = 5});
}

TEST(Placement, FollowsScalingCroppingAndShadows) {
  EXPECT_EQ(moved(ResizeStep{{50, 120}}), (Box{5, 40, 15, 10}));
  EXPECT_EQ(moved(CropStep{.left = 4, .top = 30, .size = {20, 20}}), (Box{6, -10, 30, 5}));
  EXPECT_EQ(moved(DropShadowStep{.horizontal = 3, .opacity = 9, .sigma = 1, .reach = 8}),
            (Box{15, 28, 30, 5}));
  EXPECT_EQ(moved(SepiaStep{}), (Box{10, 20, 30, 5}));
}

// The box has 10 pixels to its left, 60 to its right, 20 above and 35 below.
TEST(Placement, FollowsQuarterTurns) {
  EXPECT_EQ(moved(turn(90)), (Box{35, 10, 5, 30}));
  EXPECT_EQ(moved(turn(180)), (Box{60, 35, 30, 5}));
  EXPECT_EQ(moved(turn(270)), (Box{20, 60, 5, 30}));
}

TEST(Placement, IsLostWhereLevelLinesTiltOrTheWorkerDecides) {
  EXPECT_FALSE(placement_of(turn(45), {100, 60}));
  EXPECT_FALSE(placement_of(SmartCropStep{{10, 10}}, {100, 60}));
}

TEST(Placement, OneAfterTheOther) {
  const auto first = placement_of(turn(90), {100, 60}).value();
  const auto second = placement_of(ResizeStep{{30, 200}}, {60, 100}).value();
  const auto third = placement_of(CropStep{.left = 2, .top = 1, .size = {9, 9}}, {30, 200}).value();
  const Box box{.left = 10, .top = 20, .width = 30, .height = 5};
  EXPECT_EQ(first.then(second).then(third).of(box), third.of(second.of(first.of(box))));
  EXPECT_EQ(first.then(second).then(third).of(box), (Box{15.5, 19, 2.5, 60}));
  EXPECT_TRUE(first.swaps_sides());
  EXPECT_FALSE(first.then(first).swaps_sides());
}

}  // namespace
}  // namespace rucola::render
