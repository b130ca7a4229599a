#include "render/plan/overview.h"

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

TEST(Overview, KeepsTheShape) {
  EXPECT_EQ(overview_of({6000, 4000}, 640), (Size{640, 427}));
  EXPECT_EQ(overview_of({4000, 6000}, 640), (Size{427, 640}));
}

TEST(Overview, IsNeverLargerThanThePicture) {
  EXPECT_EQ(overview_of({640, 30}, 640), (Size{640, 30}));
  EXPECT_EQ(overview_of({1, 1}, 640), (Size{1, 1}));
}

TEST(Overview, HasAPixel) {
  EXPECT_EQ(overview_of({100'000, 3}, 640), (Size{640, 1}));
}

}  // namespace
}  // namespace rucola::render
