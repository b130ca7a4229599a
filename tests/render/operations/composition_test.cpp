#include <gtest/gtest.h>

#include "render/operations/planning.h"

// The geometry of boxes; other images take a library and are the matter of the integration tests.
namespace rucola::render {
namespace {

using operation::composition;
using namespace std::string_literals;

CompositionStep step_of(Size image, const Options& options) {
  const PlanningContext context = planned(image, composition(), options);
  return std::get<CompositionStep>(context.steps.at(0));
}

TEST(CompositionPlan, TheCanvasHoldsBoth) {
  const Options options{{"width", std::int64_t{100}}, {"height", std::int64_t{50}}, {"mode", "foreground"s}};
  const CompositionStep step = step_of({60, 80}, options);
  EXPECT_EQ(step.canvas, (Size{100, 80}));
  EXPECT_EQ(step.image, (Position{20, 0}));
  EXPECT_EQ(step.overlay_at, (Position{0, 15}));
  EXPECT_TRUE(step.leaves_gaps);
}

TEST(CompositionPlan, ABoxIsAsLargeAsTheImageByDefault) {
  EXPECT_EQ(step_of({60, 80}, {}).overlay, (Size{60, 80}));
  EXPECT_EQ(step_of({60, 80}, {{"width", std::int64_t{10}}}).overlay, (Size{10, 80}));
}

TEST(CompositionPlan, TheImageInFrontStaysInside) {
  const Options options{{"width", std::int64_t{100}}, {"mode", "foreground"s}, {"anchor", "90_7"s}};
  EXPECT_EQ(step_of({60, 80}, options).image, (Position{40, 0}));
}

TEST(CompositionPlan, ABoxInFrontMayReachOverTheEdge) {
  const Options options{{"width", std::int64_t{20}}, {"height", std::int64_t{20}}, {"anchor", "55_70"s}};
  EXPECT_EQ(step_of({60, 80}, options).overlay_at, (Position{55, 70}));
}

TEST(CompositionPlan, AnglesAreNormalisedAndTheTurnedBoxIsPlaced) {
  const Options options{{"width", std::int64_t{40}},
                        {"height", std::int64_t{20}},
                        {"angle", -270.0},
                        {"anchor", "right_bottom"s}};
  const CompositionStep step = step_of({60, 80}, options);
  EXPECT_EQ(step.degrees, 90);
  EXPECT_EQ(step.overlay_at, (Position{40, 40}));
}

TEST(CompositionPlan, LengthsAreDevicePixelsAfterAResize) {
  PlanningContext context = image_of({100, 100}, 2);
  plan_on(context, operation::resize(), {{"width", std::int64_t{100}}});
  plan_on(context, composition(),
          {{"width", std::int64_t{30}}, {"height", std::int64_t{10}}, {"anchor", "5_6"s}});
  const auto& step = std::get<CompositionStep>(context.steps.back());
  EXPECT_EQ(step.canvas, (Size{200, 200}));
  EXPECT_EQ(step.overlay, (Size{60, 20}));
  EXPECT_EQ(step.overlay_at, (Position{10, 12}));
}

TEST(CompositionPlan, WhatCannotBeSeenIsNoStep) {
  EXPECT_TRUE(planned({60, 80}, composition(), {{"secondary_opacity", 0.0}}).steps.empty());
}

TEST(CompositionPlan, LeftOutTheImageHasNoSay) {
  const Options options{
      {"empty_primary", true}, {"width", std::int64_t{30}}, {"height", std::int64_t{20}}, {"anchor", "9_9"s}};
  const CompositionStep step = step_of({600, 800}, options);
  EXPECT_EQ(step.canvas, (Size{30, 20}));
  EXPECT_EQ(step.overlay_at, Position{});
  EXPECT_FALSE(step.leaves_gaps);
}

}  // namespace
}  // namespace rucola::render
