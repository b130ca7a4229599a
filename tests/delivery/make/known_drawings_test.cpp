#include "delivery/make/known_drawings.h"

#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

using namespace std::chrono_literals;

using Files = std::vector<render::PlannedFile>;
const Files svg{{.sha256 = "svg", .is_drawing = true}};

render::Plan drawn_at(std::int32_t side, std::int32_t page = 0) {
  render::Plan plan;
  plan.source = {side, side};
  plan.page = page;
  return plan;
}

TEST(KnownDrawings, WhatHasNotBeenDrawnMayTakeAnyTime) {
  KnownDrawings drawings;
  EXPECT_FALSE(drawings.are_quick(drawn_at(1), svg));
  EXPECT_TRUE(drawings.are_quick(drawn_at(10'000), Files{{.sha256 = "photo"}})) << "no drawing";
  drawings.note(drawn_at(100), svg, 10ms);
  EXPECT_TRUE(drawings.are_quick(drawn_at(100), svg));
  EXPECT_FALSE(drawings.are_quick(drawn_at(100), Files{{.sha256 = "other", .is_drawing = true}}));
  EXPECT_FALSE(drawings.are_quick(drawn_at(100, 2), svg)) << "another page";
}

TEST(KnownDrawings, WhatIsMuchLargerMayTakeLong) {
  KnownDrawings drawings;
  drawings.note(drawn_at(100), svg, 10ms);
  EXPECT_TRUE(drawings.are_quick(drawn_at(300), svg));
  EXPECT_FALSE(drawings.are_quick(drawn_at(400), svg));
  drawings.note(drawn_at(400), svg, 20ms);
  EXPECT_TRUE(drawings.are_quick(drawn_at(1000), svg));
}

TEST(KnownDrawings, WhatIsSmallerTakesLittleLess) {
  KnownDrawings drawings;
  drawings.note(drawn_at(1000), svg, 5'000ms);
  EXPECT_FALSE(drawings.are_quick(drawn_at(300), svg));
  EXPECT_TRUE(drawings.are_quick(drawn_at(100), svg));
  drawings.note(drawn_at(100), svg, 5'000ms);
  EXPECT_FALSE(drawings.are_quick(drawn_at(99), svg)) << "it was found out";
}

TEST(KnownDrawings, TheNewestTimeOfASizeCounts) {
  KnownDrawings drawings;
  drawings.note(drawn_at(100), svg, KnownDrawings::endless);
  EXPECT_FALSE(drawings.are_quick(drawn_at(100), svg));
  drawings.note(drawn_at(100), svg, 10ms);
  EXPECT_TRUE(drawings.are_quick(drawn_at(100), svg));
}

/// Of drawings that were all drawn in that time each was as quick, and more is not known of it.
TEST(KnownDrawings, SeveralTogetherTeachThatEachIsQuickButNeverThatOneIsSlow) {
  KnownDrawings drawings;
  const Files two{{.sha256 = "svg", .is_drawing = true}, {.sha256 = "other", .is_drawing = true}};
  const Files other{two.back()};
  render::CompositionStep composition;
  composition.layer.push_back({.file = 1, .source = {100, 100}, .steps = {}});
  render::Plan plan = drawn_at(100);
  plan.steps.emplace_back(composition);
  drawings.note(plan, two, 5'000ms);
  EXPECT_FALSE(drawings.are_quick(drawn_at(100), other)) << "nothing is known of it";
  drawings.note(plan, two, 600ms);
  EXPECT_TRUE(drawings.are_quick(drawn_at(100), svg));
  EXPECT_TRUE(drawings.are_quick(drawn_at(100), other));
  EXPECT_FALSE(drawings.are_quick(plan, two)) << "twice 600 ms";
  drawings.note(drawn_at(100), svg, 10ms);
  drawings.note(plan, two, 600ms);
  EXPECT_TRUE(drawings.are_quick(plan, two)) << "10 ms are known better";
}

/// One render of it over itself 48 times made a quick drawing heavy for everybody; so did a wide blur.
TEST(KnownDrawings, AQuickOneStaysQuickWhateverElseARenderDoes) {
  KnownDrawings drawings;
  drawings.note(drawn_at(100), svg, 50ms);
  render::CompositionStep composition;
  composition.layer.push_back({.file = 0, .source = {100, 100}, .steps = {}});
  render::Plan over_itself = drawn_at(100);
  for (int i = 0; i < 48; ++i)
    over_itself.steps.emplace_back(composition);
  drawings.note(over_itself, svg, 2'400ms);
  drawings.note(over_itself, svg, KnownDrawings::endless);
  EXPECT_TRUE(drawings.are_quick(drawn_at(100), svg));
  EXPECT_FALSE(drawings.are_quick(over_itself, svg));
  drawings.note(drawn_at(100), svg, 5'000ms, render::heavy_from);
  EXPECT_TRUE(drawings.are_quick(drawn_at(100), svg));
  drawings.note(drawn_at(100), svg, 5'000ms);
  EXPECT_FALSE(drawings.are_quick(drawn_at(100), svg)) << "by itself";
}

/// What is set on a drawing says nothing of what it takes as it is.
TEST(KnownDrawings, AChangedOneTeachesNothing) {
  KnownDrawings drawings;
  render::Plan changed = drawn_at(100);
  changed.svg_changes.push_back({.id = "a", .attribute = "fill", .value = "red"});
  drawings.note(changed, svg, 10ms);
  EXPECT_FALSE(drawings.are_quick(changed, svg));
  drawings.note(drawn_at(100), svg, 10ms);
  EXPECT_TRUE(drawings.are_quick(changed, svg));
}

TEST(KnownDrawings, TheLeastRecentlyDrawnGo) {
  KnownDrawings drawings;
  const auto files = [](std::size_t i) { return Files{{.sha256 = std::to_string(i), .is_drawing = true}}; };
  for (std::size_t i = 0; i < KnownDrawings::most_entries; ++i)
    drawings.note(drawn_at(10), files(i), 1ms);
  drawings.note(drawn_at(10), files(0), 1ms);
  drawings.note(drawn_at(10), files(KnownDrawings::most_entries), 1ms);
  EXPECT_TRUE(drawings.are_quick(drawn_at(10), files(0)));
  EXPECT_FALSE(drawings.are_quick(drawn_at(10), files(1)));
}

}  // namespace
}  // namespace rucola::delivery
