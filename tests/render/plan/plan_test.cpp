#include "render/plan/plan.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

Plan full_plan() {
  Plan plan;
  plan.source = {4000, 3000};
  plan.steps = {
      ResizeStep{{800, 600}},
      CropStep{.left = 10, .top = 20, .size = {300, 200}},
      SmartCropStep{{100, 100}},
      RotateStep{.degrees = 120.3, .background = {1, 2, 3}, .background_opacity = 50},
      GrayscaleStep{},
      BlurStep{1.5},
  };
  plan.encoding = {.format = Format::webp,
                   .quality = 70,
                   .lossless = true,
                   .png_compression_level = 3,
                   .flatten_onto = {9, 8, 7},
                   .flatten_always = true,
                   .interlaced = true,
                   .dpi = 300,
                   .palette_quality = 90,
                   .inside = Format::jpg,
                   .as_it_is = true};
  plan.if_transparent = Encoding{.format = Format::png, .png_compression_level = 2};
  plan.page = 3;
  plan.animated = true;
  return plan;
}

TEST(PlanTest, WhatIsWrittenIsReadBack) {
  const std::string text = serialise(full_plan());
  const auto plan = parse_plan(text);
  ASSERT_TRUE(plan);
  EXPECT_EQ(serialise(*plan), text);
  EXPECT_EQ(plan->source, (Size{4000, 3000}));
  ASSERT_EQ(plan->steps.size(), 6U);
  EXPECT_EQ(std::get<ResizeStep>(plan->steps[0]).to, (Size{800, 600}));
  const auto crop = std::get<CropStep>(plan->steps[1]);
  EXPECT_EQ(crop.left, 10);
  EXPECT_EQ(crop.top, 20);
  EXPECT_EQ(crop.size, (Size{300, 200}));
  EXPECT_EQ(std::get<SmartCropStep>(plan->steps[2]).size, (Size{100, 100}));
  const auto rotate = std::get<RotateStep>(plan->steps[3]);
  EXPECT_DOUBLE_EQ(rotate.degrees, 120.3);
  EXPECT_EQ(rotate.background, (Color{1, 2, 3}));
  EXPECT_DOUBLE_EQ(rotate.background_opacity, 50);
  EXPECT_TRUE(std::holds_alternative<GrayscaleStep>(plan->steps[4]));
  EXPECT_DOUBLE_EQ(std::get<BlurStep>(plan->steps[5]).sigma, 1.5);
  EXPECT_EQ(plan->encoding.format, Format::webp);
  EXPECT_EQ(plan->encoding.quality, 70);
  EXPECT_TRUE(plan->encoding.lossless);
  EXPECT_EQ(plan->encoding.png_compression_level, 3);
  EXPECT_EQ(plan->encoding.flatten_onto, (Color{9, 8, 7}));
  EXPECT_TRUE(plan->encoding.flatten_always);
  EXPECT_TRUE(plan->encoding.interlaced);
  EXPECT_EQ(plan->encoding.dpi, 300);
  EXPECT_EQ(plan->encoding.palette_quality, 90);
  EXPECT_EQ(plan->encoding.inside, Format::jpg);
  EXPECT_TRUE(plan->encoding.as_it_is);
  ASSERT_TRUE(plan->if_transparent);
  EXPECT_EQ(plan->if_transparent->format, Format::png);
  EXPECT_EQ(plan->if_transparent->png_compression_level, 2);
  EXPECT_EQ(plan->page, 3);
  EXPECT_TRUE(plan->animated);
}

TEST(PlanTest, AnEncodingForTransparencyIsOptional) {
  Plan plan = full_plan();
  plan.if_transparent.reset();
  const auto read = parse_plan(serialise(plan));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->if_transparent);
}

TEST(PlanTest, DoublesSurviveToTheLastBit) {
  for (const double angle : {0.1, 1.0 / 3, 359.99999999999994, 1e-9, 45.0, 123.456}) {
    Plan plan = full_plan();
    plan.steps = {RotateStep{.degrees = angle, .background = {}, .background_opacity = 0}, BlurStep{angle}};
    const auto read = parse_plan(serialise(plan));
    ASSERT_TRUE(read) << angle;
    EXPECT_EQ(std::get<RotateStep>(read->steps[0]).degrees, angle);
    EXPECT_EQ(std::get<BlurStep>(read->steps[1]).sigma, angle);
  }
}

TEST(PlanTest, EveryFieldIsPartOfTheText) {
  std::vector<Plan> plans(10, full_plan());
  plans[1].source.width = 1;
  plans[2].steps.pop_back();
  plans[3].encoding.format = Format::avif;
  plans[4].encoding.quality = 1;
  plans[5].encoding.lossless = false;
  plans[6].encoding.png_compression_level = 1;
  plans[7].encoding.flatten_onto.red = 1;
  plans[8].encoding.flatten_always = false;
  plans[9].animated = false;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_NE(serialise(plans[i]), serialise(plans[j])) << i << ' ' << j;
  }
}

// Cutting the text, or replacing any of its bytes, gives an error or another plan, and never a crash.
TEST(PlanTest, DamagedTextIsRefusedOrReadAsWhatItSays) {
  const std::string text = serialise(full_plan());
  for (std::size_t length = 0; length < text.size(); ++length)
    EXPECT_FALSE(parse_plan(text.substr(0, length))) << length;
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char letter : {'0', '-', '"', '{', '[', ' ', 'x'}) {
      std::string damaged = text;
      damaged[i] = letter;
      const auto plan = parse_plan(damaged);
      EXPECT_TRUE(!plan || parse_plan(serialise(*plan))) << damaged;
    }
  }
}

TEST(PlanTest, RefusesValuesThatNoPlannerWrites) {
  const std::string text = serialise(full_plan());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const std::size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return changed.replace(at, from.size(), to);
  };
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"[4000,3000]", "[0,3000]"},
                                                        {"[4000,3000]", "[4000]"},
                                                        {"[4000,3000]", "[4000,3e9]"},
                                                        {"\"left\":10", "\"left\":3e9"},
                                                        {"\"quality\":70", "\"quality\":\"best\""},
                                                        {"\"webp\"", "\"exe\""},
                                                        {"[1,2,3]", "[1,2,256]"},
                                                        {"\"grayscale\"", "\"bleach\""},
                                                        {"\"animated\":true", "\"animated\":1"}}) {
    const auto plan = parse_plan(with(from, to));
    ASSERT_FALSE(plan) << to;
    EXPECT_EQ(plan.error().code, ErrorCode::internal);
    EXPECT_FALSE(plan.error().detail.text.empty());
  }
}

}  // namespace
}  // namespace rucola::render
