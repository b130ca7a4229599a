#include "render/plan/drawings.h"

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

const std::vector<PlannedFile> files{
    {.sha256 = "photo"}, {.sha256 = "svg", .is_drawing = true}, {.sha256 = "pdf", .is_drawing = true}};

TEST(Drawings, ABitmapIsNone) {
  Plan plan;
  plan.source = {10, 10};
  EXPECT_TRUE(drawn_by(plan, files).empty());
  EXPECT_TRUE(drawn_by(plan, {}).empty());
}

TEST(Drawings, AreFoundInLayersOfLayers) {
  CompositionStep inner;
  inner.layer.push_back({.file = 2, .page = 3, .source = {20, 30}, .steps = {}});
  CompositionStep outer;
  outer.layer.push_back({.file = 1,
                         .svg_changes = {{.id = "a", .attribute = "fill", .value = "red"}},
                         .source = {50'000, 60'000},
                         .steps = {inner}});
  Plan plan;
  plan.source = {10, 10};
  plan.steps = {ResizeStep{{5, 5}}, outer};
  const auto drawn = drawn_by(plan, files);
  ASSERT_EQ(drawn.size(), 2U);
  EXPECT_EQ(drawn[0].file, 1);
  EXPECT_NE(drawn[0].changes.find("red"), std::string::npos);
  EXPECT_EQ(drawn[0].pixels, 3'000'000'000);
  EXPECT_EQ(drawn[1].file, 2);
  EXPECT_EQ(drawn[1].page, 3);
  EXPECT_TRUE(drawn[1].changes.empty());
  EXPECT_EQ(drawn[1].pixels, 600);
}

TEST(Drawings, APartOfAVideoIsNotAPictureOfIt) {
  Plan plan;
  plan.file = 1;
  plan.source = {10, 10};
  plan.timestamp = 500;
  const auto still = drawn_by(plan, files);
  plan.frames_per_second = 10;
  const auto moving = drawn_by(plan, files);
  plan.film_milliseconds = 2'000;
  const auto shorter = drawn_by(plan, files);
  ASSERT_EQ(still.size() + moving.size() + shorter.size(), 3U);
  EXPECT_EQ(part_of(still.front()), "0 500");
  EXPECT_NE(part_of(moving.front()), part_of(still.front()));
  EXPECT_NE(part_of(moving.front()), part_of(shorter.front()));
}

}  // namespace
}  // namespace rucola::render
