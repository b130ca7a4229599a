#include <gtest/gtest.h>

#include "render/operations/planning.h"
#include "render/plan/plan.h"

// What the operations on colours and transparency plan; tests/integration/test_operations.py looks at the
// pixels.
namespace rucola::render {
namespace {

constexpr Size image{30, 20};

template <class Kind>
Kind only_step(const Operation& operation, const Options& options) {
  const auto context = planned(image, operation, options);
  if (context.steps.size() != 1) throw std::runtime_error("one step expected");
  EXPECT_EQ(context.size, image);
  return std::get<Kind>(context.steps.front());
}

bool plans_nothing(const Operation& operation, const Options& options) {
  return planned(image, operation, options).steps.empty();
}

TEST(ColourOperations, SharpenHasTheDefaultsOfTheReference) {
  const auto step = only_step<SharpenStep>(operation::sharpen(), {});
  EXPECT_DOUBLE_EQ(step.sigma, 0.7);
  EXPECT_DOUBLE_EQ(step.x1, 2);
  EXPECT_DOUBLE_EQ(step.y2, 10);
  EXPECT_DOUBLE_EQ(step.y3, 20);
  EXPECT_DOUBLE_EQ(step.m1, 0.4);
  EXPECT_DOUBLE_EQ(step.m2, 0.8);
  EXPECT_EQ(serialise({.source = image, .steps = {step}, .encoding = {}}),
            serialise({.source = image, .steps = {SharpenStep{}}, .encoding = {}}));
  EXPECT_TRUE(plans_nothing(operation::sharpen(), {{"sigma", 0.0}}));
}

TEST(ColourOperations, ModulateThatChangesNothingIsNoStep) {
  EXPECT_TRUE(plans_nothing(operation::modulate(), {}));
  EXPECT_TRUE(plans_nothing(operation::modulate(), {{"hue", 360}}));
  const auto step = only_step<ModulateStep>(operation::modulate(), {{"brightness", 120}, {"hue", 359}});
  EXPECT_EQ(step.brightness, 120);
  EXPECT_EQ(step.saturation, 100);
  EXPECT_EQ(step.hue, 359);
  const auto black = only_step<ModulateStep>(operation::modulate(), {{"brightness", 0}, {"hue", 359}});
  EXPECT_EQ(black.saturation, 0);
  EXPECT_EQ(black.hue, 0);
}

TEST(ColourOperations, TheColourOfMultiplyWinsOverItsFactor) {
  EXPECT_DOUBLE_EQ(only_step<MultiplyStep>(operation::multiply(), {}).green, 0.96);
  const auto step =
      only_step<MultiplyStep>(operation::multiply(), {{"factor", 0.5}, {"factor_color", "FF0033"}});
  EXPECT_DOUBLE_EQ(step.red, 1);
  EXPECT_DOUBLE_EQ(step.green, 0);
  EXPECT_DOUBLE_EQ(step.blue, 0.2);
  EXPECT_TRUE(plans_nothing(operation::multiply(), {{"factor", 1.0}}));
  EXPECT_TRUE(plans_nothing(operation::multiply(), {{"factor_color", "FFFFFF"}}));
}

TEST(ColourOperations, EachModeOfAlphaIsAStep) {
  only_step<AlphaMaskStep>(operation::alpha(), {});
  only_step<AlphaExtractStep>(operation::alpha(), {{"mode", "extract"}});
  only_step<AlphaRemoveStep>(operation::alpha(), {{"mode", "remove"}});
  EXPECT_EQ(only_step<OpacityStep>(operation::alpha(), {{"mode", "apply"}}).percent, 50);
  EXPECT_TRUE(plans_nothing(operation::alpha(), {{"mode", "apply"}, {"opacity", 100}}));
}

TEST(ColourOperations, WhatMayLeaveTransparentPixelsIsKnown) {
  EXPECT_TRUE(makes_transparent(CircleMaskStep{}));
  EXPECT_TRUE(makes_transparent(OpacityStep{40}));
  EXPECT_FALSE(makes_transparent(SepiaStep{}));
  EXPECT_FALSE(makes_transparent(RotateStep{.degrees = 90, .background = {}, .background_opacity = 0}));
  EXPECT_FALSE(makes_transparent(RotateStep{.degrees = 45, .background = {}, .background_opacity = 100}));
  EXPECT_TRUE(makes_transparent(RotateStep{.degrees = 45, .background = {}, .background_opacity = 99}));
}

TEST(ColourOperations, TheCanvasGrowsAsFarAsTheShadowReaches) {
  const auto size = [](const Options& options) {
    return planned(image, operation::dropshadow(), options).size;
  };
  EXPECT_EQ(size({}), image);
  EXPECT_EQ(size({{"opacity", 1}}), (Size{34, 24}));  // 3 sigmas of 0.5, rounded up
  EXPECT_EQ(size({{"opacity", 1}, {"sigma", 0.0}}), image);
  EXPECT_EQ(size({{"opacity", 1}, {"sigma", 0.0}, {"blur_radius", 9.0}}), image);
  EXPECT_EQ(size({{"opacity", 1}, {"sigma", 5.0}, {"blur_radius", 1.2}}), (Size{34, 24}));
  EXPECT_EQ(size({{"opacity", 1}, {"sigma", 1.0}, {"horizontal", 10}}), (Size{43, 26}));
  EXPECT_EQ(size({{"opacity", 1}, {"sigma", 1.0}, {"horizontal", -1}, {"vertical", -100}}), (Size{36, 123}));
}

TEST(ColourOperations, TheTextDecidesTheGlitch) {
  const auto seed = [](const char* text) {
    return only_step<GlitchStep>(operation::glitch(), {{"random", text}}).seed;
  };
  EXPECT_EQ(seed("a"), seed("a"));
  EXPECT_NE(seed("a"), seed("b"));
  EXPECT_GE(seed("anything"), 0);
  EXPECT_EQ(only_step<GlitchStep>(operation::glitch(), {}).amount, 4);
  EXPECT_TRUE(plans_nothing(operation::glitch(), {{"amount", 0}}));
}

TEST(ColourOperations, NineIsEveryShapeToo) {
  EXPECT_EQ(only_step<PrimitiveStep>(operation::primitive(), {{"mode", 9}}).mode, 0);
  EXPECT_EQ(only_step<PrimitiveStep>(operation::primitive(), {{"mode", 3}}).mode, 3);
  EXPECT_EQ(only_step<PrimitiveStep>(operation::primitive(), {}).count, 20);
}

TEST(ColourOperations, BlurKeepsItsRadius) {
  const auto step = only_step<BlurStep>(operation::blur(), {{"sigma", 2.0}, {"radius", 7}});
  EXPECT_EQ(step.radius, 7);
  EXPECT_TRUE(plans_nothing(operation::blur(), {{"sigma", 0.0}, {"radius", 7}}));
}

}  // namespace
}  // namespace rucola::render
