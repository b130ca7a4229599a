#include "render/plan/step.h"

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

TEST(StepsTest, QuarterTurnsSwapTheSides) {
  EXPECT_EQ(turned({3, 2}, 90), (Size{2, 3}));
  EXPECT_EQ(turned({3, 2}, 180), (Size{3, 2}));
  EXPECT_EQ(turned({3, 2}, 270), (Size{2, 3}));
}

TEST(StepsTest, OtherTurnsGrowTheCanvas) {
  EXPECT_EQ(turned({100, 100}, 45), (Size{141, 141}));
  EXPECT_EQ(turned({300, 200}, 30), (Size{360, 323}));
  EXPECT_EQ(turned({1, 1}, 45), (Size{1, 1}));
}

TEST(StepsTest, FollowsEveryKindOfStep) {
  const Size image{300, 200};
  EXPECT_EQ(size_after(image, ResizeStep{{30, 20}}), (Size{30, 20}));
  EXPECT_EQ(size_after(image, CropStep{.left = 5, .top = 6, .size = {7, 8}}), (Size{7, 8}));
  EXPECT_EQ(size_after(image, SmartCropStep{{9, 9}}), (Size{9, 9}));
  EXPECT_EQ(size_after(image, EnlargedPartStep{.whole = {900, 600}, .left = 5, .top = 6, .size = {7, 8}}),
            (Size{7, 8}));
  EXPECT_EQ(size_after(image, RotateStep{.degrees = 90, .background = {}, .background_opacity = 0}),
            (Size{200, 300}));
  EXPECT_EQ(size_after(image, GrayscaleStep{}), image);
  EXPECT_EQ(size_after(image, BlurStep{}), image);
}

}  // namespace
}  // namespace rucola::render
