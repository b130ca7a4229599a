#include <gtest/gtest.h>

#include "render/operations/planning.h"

// After a resize, which multiplies the image by the stack option dpr, every length in pixels is multiplied
// too: the same picture, in finer pixels.
namespace rucola::render {
namespace {

/// What an operation plans after a resize to 100 pixels at that dpr.
template <class Kind>
Kind after_resize(const Operation& operation, const Options& options, double dpr) {
  PlanningContext context = image_of({1000, 500}, dpr);
  plan_on(context, operation::resize(), {{"width", std::int64_t{100}}});
  plan_on(context, operation, options);
  return std::get<Kind>(context.steps.back());
}

TEST(DevicePixels, ABlurLooksTheSame) {
  const Options options{{"sigma", 3.0}, {"radius", std::int64_t{5}}};
  const auto once = after_resize<BlurStep>(operation::blur(), options, 1);
  EXPECT_DOUBLE_EQ(once.sigma, 3);
  EXPECT_EQ(once.radius, 5);
  const auto twice = after_resize<BlurStep>(operation::blur(), options, 2);
  EXPECT_DOUBLE_EQ(twice.sigma, 6);
  EXPECT_EQ(twice.radius, 10);
  const auto default_radius = after_resize<BlurStep>(operation::blur(), {{"sigma", 3.0}}, 2);
  EXPECT_EQ(default_radius.radius, 0);
}

TEST(DevicePixels, AShadowLooksTheSame) {
  const Options options{{"horizontal", std::int64_t{4}},
                        {"vertical", std::int64_t{-6}},
                        {"opacity", std::int64_t{50}},
                        {"sigma", 2.0}};
  const auto once = after_resize<DropShadowStep>(operation::dropshadow(), options, 1);
  const auto twice = after_resize<DropShadowStep>(operation::dropshadow(), options, 2);
  EXPECT_EQ(once.horizontal, 4);
  EXPECT_EQ(twice.horizontal, 8);
  EXPECT_EQ(twice.vertical, -12);
  EXPECT_DOUBLE_EQ(twice.sigma, 4);
  EXPECT_EQ(twice.reach, 2 * once.reach);
  EXPECT_EQ(twice.opacity, once.opacity);
  EXPECT_EQ(twice.after({200, 100}), (Size{200 + 24, 100 + 24}));
  Options cut = options;
  cut["blur_radius"] = 3.0;
  EXPECT_EQ(after_resize<DropShadowStep>(operation::dropshadow(), cut, 2).reach, 6);
}

TEST(DevicePixels, BeforeAResizePixelsAreTheSources) {
  PlanningContext context = image_of({1000, 500}, 2);
  plan_on(context, operation::blur(), {{"sigma", 3.0}});
  EXPECT_DOUBLE_EQ(std::get<BlurStep>(context.steps.back()).sigma, 3);
}

/// Sharpening makes up for what resampling takes, which is as wide in every picture.
TEST(DevicePixels, SharpeningIsOfPixelsThatThereAre) {
  EXPECT_DOUBLE_EQ(after_resize<SharpenStep>(operation::sharpen(), {}, 2).sigma, 0.7);
}

}  // namespace
}  // namespace rucola::render
