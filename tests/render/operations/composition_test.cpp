#include <string>
#include <utility>
#include <vector>

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

/// With dynamic metadata, which names areas.
PlanningContext with_areas(SourceFacts& facts, std::string metadata, Size size) {
  facts.size = size;
  facts.dynamic_metadata_json = std::move(metadata);
  PlanningContext context = image_of(size);
  context.image = &facts;
  return context;
}

CompositionStep step_at(PlanningContext& context, std::int64_t width, std::int64_t height, std::string anchor,
                        std::string mode = "background") {
  plan_on(context, composition(),
          {{"width", width}, {"height", height}, {"anchor", std::move(anchor)}, {"mode", std::move(mode)}});
  return std::get<CompositionStep>(context.steps.back());
}

const std::string areas = R"({"subject_area":{"x":60,"y":20,"width":20,"height":10},)"
                          R"("detection_face":{"x":0,"y":70,"width":10,"height":10}})";

TEST(CompositionPlan, AnAnchorMayBeAnAreaOfTheImage) {
  const std::vector<std::pair<const char*, Position>> expected{
      {"subjectarea", {60, 20}}, {"auto", {60, 20}}, {"face", {0, 70}}, {"croparea", {40, 45}}};
  for (const auto& [anchor, at] : expected) {
    SourceFacts facts;
    PlanningContext context = with_areas(facts, areas, {100, 100});
    EXPECT_EQ(step_at(context, 20, 10, anchor).overlay_at, at) << anchor;
  }
}

TEST(CompositionPlan, ABoxAroundAnAreaStaysInside) {
  SourceFacts facts;
  PlanningContext context = with_areas(facts, areas, {100, 100});
  EXPECT_EQ(step_at(context, 40, 60, "face").overlay_at, (Position{0, 40}));
}

TEST(CompositionPlan, AreasFollowTheImage) {
  SourceFacts facts;
  PlanningContext context = with_areas(facts, areas, {100, 100});
  context.dpr = 2;
  plan_on(context, operation::resize(), {{"width", std::int64_t{100}}});
  EXPECT_EQ(step_at(context, 20, 10, "subjectarea").overlay_at, (Position{120, 40}));
}

TEST(CompositionPlan, AnImageInFrontIsMovedSoThatItsAreaIsInTheMiddle) {
  SourceFacts facts;
  PlanningContext context = with_areas(facts, areas, {100, 100});
  // The middle of the area, 70 and 25, comes to 80 and 60 of the canvas, as far as the image stays inside.
  const CompositionStep step = step_at(context, 160, 120, "subjectarea", "foreground");
  EXPECT_EQ(step.image, (Position{10, 20}));
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
