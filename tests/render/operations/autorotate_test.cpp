#include <gtest/gtest.h>

#include "render/operations/planning.h"

namespace rucola::render {
namespace {

PlanningContext turned(Size image, const Options& options) {
  return planned(image, operation::autorotate(), options);
}

TEST(AutorotateOperation, TurnsAnImageThatLiesAcrossTheBox) {
  const auto context = turned({300, 200}, {{"width", 100}, {"height", 400}});
  EXPECT_EQ(context.size, (Size{200, 300}));
  EXPECT_DOUBLE_EQ(std::get<RotateStep>(context.steps.at(0)).degrees, 90);
  EXPECT_EQ(turned({200, 300}, {{"width", 101}, {"height", 100}}).size, (Size{300, 200}));
}

TEST(AutorotateOperation, TurnsTheWayItIsTold) {
  const auto context =
      turned({300, 200}, {{"width", 100}, {"height", 400}, {"rotation_direction", "counterclockwise"}});
  EXPECT_DOUBLE_EQ(std::get<RotateStep>(context.steps.at(0)).degrees, 270);
}

TEST(AutorotateOperation, LeavesAloneWhatFitsOrIsSquareOrHasNoBox) {
  EXPECT_TRUE(turned({300, 200}, {{"width", 400}, {"height", 100}}).steps.empty());
  EXPECT_TRUE(turned({200, 200}, {{"width", 400}, {"height", 100}}).steps.empty());
  EXPECT_TRUE(turned({300, 200}, {{"width", 100}, {"height", 100}}).steps.empty());
  EXPECT_TRUE(turned({300, 200}, {{"height", 100}}).steps.empty());
  EXPECT_TRUE(turned({300, 200}, {}).steps.empty());
}

}  // namespace
}  // namespace rucola::render
