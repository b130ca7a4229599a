#include "render/plan/cost.h"

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

constexpr Size photo{6000, 4000};

Plan plan_for(Size source, std::vector<Step> steps, Format format = Format::jpg) {
  Plan plan;
  plan.source = source;
  plan.steps = std::move(steps);
  plan.encoding.format = format;
  return plan;
}

Cost blurs(int times, Size size = {1600, 1200}) {
  return cost_of(plan_for(size, std::vector<Step>(static_cast<std::size_t>(times), BlurStep{.sigma = 100})),
                 1);
}

TEST(Cost, OrdinaryRendersAreLight) {
  for (const Format format : {Format::jpg, Format::png, Format::webp, Format::avif})
    EXPECT_LT(cost_of(plan_for(photo, {ResizeStep{{2400, 1600}}}, format), 1), heavy_from) << name_of(format);
  EXPECT_LT(cost_of(plan_for(photo, {ResizeStep{{1200, 800}}, BlurStep{10}, SharpenStep{}}), 1), heavy_from);
}

/// Two connections with twenty of these each stopped everybody's renders.
TEST(Cost, WideBlursAreHeavy) {
  EXPECT_GT(blurs(1), heavy_from);
  EXPECT_EQ(blurs(20) / blurs(1), 19) << "the decoding and encoding is once";
  EXPECT_GT(blurs(20), std::chrono::minutes(2));
  EXPECT_LT(blurs(20, {160, 120}), heavy_from) << "of a small picture";
  const Plan with_radius = plan_for({1600, 1200}, {BlurStep{.sigma = 100, .radius = 300}});
  EXPECT_LT(cost_of(with_radius, 1), heavy_from) << "made on a small copy";
}

TEST(Cost, OfDecodingGrowsWithPixelsAndFrames) {
  EXPECT_LT(cost_of_decoding(Format::jpg, {12'000, 8'000}, 1), heavy_from) << "a photo of 96 megapixels";
  EXPECT_LT(cost_of_decoding(Format::heif, {8'064, 4'536}, 1), heavy_from) << "a telephone's of 37";
  EXPECT_GE(cost_of_decoding(Format::jpg, {15'000, 15'000}, 1), heavy_from);
  EXPECT_GE(cost_of_decoding(Format::jxl, {6'000, 6'000}, 1), heavy_from);
  EXPECT_GE(cost_of_decoding(Format::gif, {500, 500}, 1'000), heavy_from);
  EXPECT_LT(cost_of_decoding(Format::gif, {500, 500}, 1), heavy_from);
  EXPECT_GT(cost_of_decoding(Format::png, {INT32_MAX, INT32_MAX}, INT32_MAX), heavy_from);
}

TEST(Cost, APartOfAFilmThatIsOnlyCutCostsNothing) {
  Plan plan = plan_for({3840, 2160}, {}, Format::ts);
  plan.film_part = 0;
  EXPECT_EQ(cost_of(plan, 1), Cost::zero());
  plan.steps.emplace_back(ResizeStep{{1280, 720}});
  EXPECT_GT(cost_of(plan, 1), Cost::zero());
}

TEST(Cost, FramesCountWhereTheyAreKept) {
  Plan plan = plan_for({500, 500}, {}, Format::gif);
  const Cost one = cost_of(plan, 100);
  EXPECT_LT(one, heavy_from);
  plan.animated = true;
  EXPECT_GE(cost_of(plan, 100), 100 * one);
}

TEST(Cost, APartOfAFilmThatIsCodedAnewIsHeavy) {
  const auto part = [](Size source, Size size) {
    Plan plan = plan_for(source, {ResizeStep{size}}, Format::ts);
    plan.film_part = 0;
    return cost_of(plan, 1);
  };
  EXPECT_GE(part({320, 240}, {160, 120}), heavy_from);
  EXPECT_GT(part({3840, 2160}, {1920, 1080}), 2 * part({1920, 1080}, {1920, 1080}));
  EXPECT_LT(part({7680, 4320}, {7680, 4320}), std::chrono::minutes(2)) << "it is made all the same";
}

/// The fewer frames a second, the more of the film's own pictures lie between them.
TEST(Cost, WhatAFilmShowsBetweenItsFramesIsDecodedToo) {
  Plan plan = plan_for({1920, 1080}, {ResizeStep{{320, 180}}}, Format::webp);
  plan.animated = true;
  const Cost frames = cost_of(plan, 20);
  plan.frames_per_second = 10;
  const Cost of_film = cost_of(plan, 20);
  plan.frames_per_second = 1;
  EXPECT_GT(of_film, frames);
  EXPECT_GT(cost_of(plan, 20), of_film);
}

TEST(Cost, LayersCount) {
  CompositionStep composition;
  composition.canvas = {100, 100};
  composition.overlay = {100, 100};
  const Cost without = cost_of(plan_for({100, 100}, {composition}), 1);
  composition.layer.push_back(
      {.source = {1600, 1200}, .steps = {BlurStep{.sigma = 100}, ResizeStep{{100, 100}}}});
  EXPECT_GT(cost_of(plan_for({100, 100}, {composition}), 1), without + blurs(1) / 2);
}

/// Two clients with 150 blurs on a plain drawing stopped everybody's cold renders.
TEST(Cost, AChangeThatMaySetOffAFilterIsHeavy) {
  const auto changed = [](const std::string& attribute, const std::string& value) {
    Plan plan = plan_for({100, 100}, {});
    plan.svg_changes.push_back({.id = "r", .attribute = attribute, .value = value});
    return cost_of(plan, 1);
  };
  EXPECT_GE(changed("style", "fill:red;FILTER:blur(900px) blur(900px)"), heavy_from);
  EXPECT_GE(changed("style", "\\66ilter:bl\\75r(900px)"), heavy_from);
  EXPECT_GE(changed("filter", "url(#f)"), heavy_from);
  EXPECT_GE(changed("numOctaves", "900000000"), heavy_from);
  EXPECT_GE(changed("stdDeviation", "900"), heavy_from);
  EXPECT_GE(changed("stroke-dasharray", "1"), heavy_from);
  EXPECT_GE(changed("style", "stroke-dasharray:1"), heavy_from);
  for (const char* plain : {"fill", "stroke", "opacity", "width", "x", "font-size", "transform", "d"})
    EXPECT_LT(changed(plain, "10"), heavy_from) << plain;

  CompositionStep composition;
  composition.canvas = {100, 100};
  composition.overlay = {100, 100};
  Layer layer;
  layer.source = {100, 100};
  layer.svg_changes.push_back({.id = "r", .attribute = "filter", .value = "blur(9px)"});
  composition.layer.push_back(layer);
  EXPECT_GE(cost_of(plan_for({100, 100}, {composition}), 1), heavy_from);
}

TEST(Cost, EncodingsThatCompeteAddUp) {
  Plan plan = plan_for({3000, 2000}, {}, Format::webp);
  const Cost one = cost_of(plan, 1);
  plan.or_smaller.push_back({.format = Format::avif, .min_score = 76});
  EXPECT_GT(cost_of(plan, 1), 5 * one);
}

TEST(Cost, ASizeThatIsSoughtTakesSeveralEncodings) {
  Plan plan = plan_for({3000, 2000}, {}, Format::avif);
  const Cost one = cost_of(plan, 1);
  plan.encoding.max_bytes = 100'000;
  EXPECT_GT(cost_of(plan, 1), 3 * one);
}

TEST(Cost, NothingOverflows) {
  Plan plan = plan_for({100'000, 100'000}, std::vector<Step>(50, BlurStep{.sigma = 1e9}));
  plan.animated = true;
  EXPECT_GT(cost_of(plan, 1'000'000), std::chrono::hours(1));
}

}  // namespace
}  // namespace rucola::render
