// What the planner refuses as too much.
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/planning/planned.h"

namespace rucola::render {
namespace {

TEST(PlannerTest, LimitsTheSource) {
  const auto pixels = limited([](Settings& settings) { settings.max_source_pixels = 11'999'999; });
  expect_error(planned_url("resize-width-10", photo, "jpg", AcceptClass::neither, pixels),
               ErrorCode::payload_too_large,
               "the limit is 11999999 (configuration: render.max_source_pixels)");
  const auto exact = limited([](Settings& settings) { settings.max_source_pixels = 12'000'000; });
  EXPECT_TRUE(planned_url("resize-width-10", photo, "jpg", AcceptClass::neither, exact));
}

TEST(PlannerTest, LimitsTheFramesThatItWouldDecode) {
  const auto frames = limited([](Settings& settings) { settings.max_source_frames = 39; });
  expect_error(planned_url("noop", animation, "gif", AcceptClass::neither, frames),
               ErrorCode::payload_too_large,
               "40 frames; the limit is 39 (configuration: render.max_source_frames)");
  EXPECT_TRUE(planned_url("noop", animation, "jpg", AcceptClass::neither, frames));
  const auto pixels = limited([](Settings& settings) { settings.max_source_pixels = 320 * 200 * 39; });
  expect_error(planned_url("noop", animation, "gif", AcceptClass::neither, pixels),
               ErrorCode::payload_too_large, "40 frame(s) of 320 x 200 pixels");
}

TEST(PlannerTest, LimitsTheRender) {
  expect_error(planned_url("resize-width-9000--o-dpr-2"), ErrorCode::unprocessable, "18000 x 13500 pixels");
  const auto side = limited([](Settings& settings) { settings.max_output_side = 3999; });
  expect_error(planned_url("noop", photo, "jpg", AcceptClass::neither, side), ErrorCode::unprocessable,
               "the limit is 3999 (configuration: render.max_output_side)");
  const auto pixels = limited([](Settings& settings) { settings.max_output_pixels = 320 * 200 * 40 - 1; });
  expect_error(planned_url("noop", animation, "gif", AcceptClass::neither, pixels), ErrorCode::unprocessable,
               "render.max_output_pixels");
  EXPECT_TRUE(planned_url("noop", animation, "png", AcceptClass::neither, pixels));
}

TEST(PlannerTest, NoStepMayBlowTheImageUpPastTheLimit) {
  for (const char* url : {"resize-width-10000--blur--crop-width-10-height-10--o-dpr-2",
                          "resize-width-10000--crop-width-10-height-10-anchor-smart--o-dpr-2",
                          "crop-width-10-height-10--resize-width-10000--o-dpr-2"}) {
    expect_error(planned_url(url), ErrorCode::unprocessable,
                 R"(The operation "resize" would make 1 frame(s) of 20000 x )");
  }
  const auto pixels = limited([](Settings& settings) { settings.max_output_pixels = 1'000'000; });
  EXPECT_TRUE(planned_url("crop-width-3000-height-3000--resize-width-1000", photo, "jpg",
                          AcceptClass::neither, pixels));
}

/// It was planned as an image of 1000 x 10,000,000 pixels, and refused.
TEST(PlannerTest, AStripThatFillsABoxIsCroppedBeforeItIsAGiant) {
  const SourceFacts strip = with(photo, [](SourceFacts& facts) { facts.size = {1, 10'000}; });
  const auto render = planned_url(
      "resize-width-1000-height-1000-mode-fill--noop--crop-width-1000-height-1000--grayscale", strip);
  ASSERT_TRUE(render) << render.error().message.text;
  ASSERT_EQ(render->plan.steps.size(), 2U);
  const auto& part = std::get<EnlargedPartStep>(render->plan.steps.front());
  EXPECT_EQ(part.whole, (Size{1000, 10'000'000}));
  EXPECT_EQ(part.left, 0);
  EXPECT_EQ(part.top, 4'999'500);
  EXPECT_EQ(part.size, (Size{1000, 1000}));
  EXPECT_LT(render->cost, std::chrono::seconds(1));
}

TEST(PlannerTest, WhatACropLeavesOfAStripIsLimitedAsWell) {
  const SourceFacts strip = with(photo, [](SourceFacts& facts) { facts.size = {1, 10'000}; });
  expect_error(planned_url("resize-width-10000--crop-width-10000-height-90000", strip),
               ErrorCode::unprocessable, "max_output");
}

TEST(PlannerTest, AnOrdinaryResizeAndItsCropStayTwoSteps) {
  const auto render = planned_url("resize-width-8000-height-8000-mode-fill--crop-width-8000-height-8000");
  ASSERT_TRUE(render) << render.error().message.text;
  EXPECT_EQ(render->plan.steps.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<ResizeStep>(render->plan.steps.front()));
}

TEST(PlannerTest, AStripThatGrowsPastEveryNumberIsRefused) {
  const SourceFacts strip = with(photo, [](SourceFacts& facts) { facts.size = {1, 225'000'000}; });
  expect_error(planned_url("resize-width-10000--o-dpr-10", strip), ErrorCode::unprocessable,
               "max_output_pixels");
}

TEST(PlannerTest, LimitsTheOperations) {
  const auto few = limited([](Settings& settings) { settings.max_operations = 2; });
  EXPECT_TRUE(planned_url("noop--noop", photo, "jpg", AcceptClass::neither, few));
  expect_error(planned_url("noop--noop--noop", photo, "jpg", AcceptClass::neither, few),
               ErrorCode::unprocessable,
               "3 operations; the limit is 2 (configuration: render.max_operations)");
}

/// Twenty of them in a row kept a worker busy until its deadline, and the next one again.
TEST(PlannerTest, LimitsTheCost) {
  std::string blurs = "blur-sigma-100";
  for (int i = 1; i < 20; ++i)
    blurs += "--blur-sigma-100";
  expect_error(planned_url(blurs, photo), ErrorCode::unprocessable,
               "the limit is 120 (configuration: render.max_cost)");
  EXPECT_TRUE(planned_url("resize-width-200--" + blurs, photo)) << "of a small picture they are cheap";
  EXPECT_TRUE(planned_url(blurs, photo, "jpg", AcceptClass::neither,
                          limited([](Settings& settings) { settings.max_cost = std::chrono::hours(10); })));
  EXPECT_GT(planned_url("blur-sigma-100", photo)->cost, planned_url("blur-sigma-1", photo)->cost);
}

TEST(PlannerTest, AnUnknownSizeIsRefused) {
  const SourceFacts empty = with(photo, [](SourceFacts& facts) { facts.size = {0, 3000}; });
  expect_error(planned_url("resize-width-10", empty), ErrorCode::unprocessable, "size of the source image");
}
TEST(PlannerTest, TheLimitOfADrawingIsTheSizeThatItIsLoadedAt) {
  const SourceFacts poster = with(drawing, [](SourceFacts& facts) { facts.size = {40'000, 20'000}; });
  EXPECT_TRUE(planned_url("resize-width-1000", poster, "png"));
  expect_error(planned_url("crop-width-100-height-100", poster, "png"), ErrorCode::payload_too_large,
               "max_source_pixels");
  const auto small = limited([](Settings& settings) { settings.max_source_pixels = 499'999; });
  expect_error(planned_url("resize-width-1000", drawing, "png", AcceptClass::neither, small),
               ErrorCode::payload_too_large, "1000 x 500");
}

TEST(PlannerTest, TheLimitHoldsForDocumentsThatAreComposed) {
  class Drawings final : public EmptyLibrary {
   public:
    Result<SourceFacts> image(std::string_view /*reference*/) override {
      return with(drawing, [](SourceFacts& facts) {
        facts.format = Format::pdf;
        facts.pages.add({3600, 1800});  // hundredths of a point
        facts.pages.set_count(1);
      });
    }
  } library;
  const auto plan = [&](std::string_view size) {
    const auto stack = parse_stack(boost::json::parse(
        R"({"operations":[{"name":"composition","options":{"secondary_image":"a","resize_mode":"absolute",)" +
        std::string(size) + "}}]}"));
    const auto settings = limited([](Settings& limits) { limits.max_source_pixels = 100'000'000; });
    return plan_render({.stack = *stack, .source = photo, .format = "jpg"}, library, settings);
  };
  EXPECT_TRUE(plan(R"("width":1000,"height":900)"));
  expect_error(plan(R"("width":1,"height":10000)"), ErrorCode::payload_too_large, "20000 x 10000");
}

TEST(PlannerTest, StacksThatUseEachOtherDoNotMultiplyForEver) {
  class Stacks final : public EmptyLibrary {
   public:
    Result<StackDefinition> stack(std::string_view name) override {
      const std::string next = std::string(1, static_cast<char>(name.front() + 1));
      std::string operations = R"({"name":"grayscale"})";
      for (int i = 0; i < 20 && next != "d"; ++i)
        operations += R"(,{"name":"composition","options":{"secondary_stack":")" + next + R"("}})";
      return parse_stack(boost::json::parse(R"({"operations":[)" + operations + "]}"));
    }
  } library;
  const auto plan = [&](std::string_view name) {
    return plan_render({.stack = *library.stack(name), .source = photo, .format = "jpg"}, library, {});
  };
  EXPECT_TRUE(plan("b"));
  expect_error(plan("a"), ErrorCode::unprocessable, "100 images");
}

}  // namespace
}  // namespace rucola::render
