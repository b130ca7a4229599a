#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "render/operations/planning.h"

namespace rucola::render {
namespace {

CropStep only_crop(const PlanningContext& context) {
  if (context.steps.size() != 1) throw std::runtime_error("one step expected");
  return std::get<CropStep>(context.steps.front());
}

CropStep crop_of(Size image, const Options& options) {
  return only_crop(planned(image, operation::crop(), options));
}

TEST(CropOperation, PutsTheBoxWhereTheAnchorSays) {
  struct Row {
    const char* anchor;
    std::int32_t left;
    std::int32_t top;
  };
  for (const Row& row : std::vector<Row>{{"left_top", 0, 0},
                                         {"center_top", 100, 0},
                                         {"right_top", 200, 0},
                                         {"left_center", 0, 75},
                                         {"center_center", 100, 75},
                                         {"right_center", 200, 75},
                                         {"left_bottom", 0, 150},
                                         {"center_bottom", 100, 150},
                                         {"right_bottom", 200, 150},
                                         {"right-bottom", 200, 150},
                                         {"auto", 100, 75},
                                         {"10_20", 10, 20},
                                         {"0_0", 0, 0},
                                         {"10_bottom", 10, 150},
                                         {"center_20", 100, 20},
                                         {"200_150", 200, 150},
                                         {"201_151", 200, 150},
                                         {"99999_99999", 200, 150}}) {
    const auto crop = crop_of({300, 200}, {{"width", 100}, {"height", 50}, {"anchor", row.anchor}});
    EXPECT_EQ(crop.left, row.left) << row.anchor;
    EXPECT_EQ(crop.top, row.top) << row.anchor;
    EXPECT_EQ(crop.size, (Size{100, 50})) << row.anchor;
  }
}

TEST(CropOperation, AutoStandsForTheFallback) {
  const Options box{{"width", 100}, {"height", 50}, {"fallback", "right_top"}};
  EXPECT_EQ(crop_of({300, 200}, box).left, 200);
  const auto smart =
      planned({300, 200}, operation::crop(), {{"width", 100}, {"height", 50}, {"fallback", "smart"}});
  EXPECT_TRUE(std::holds_alternative<SmartCropStep>(smart.steps.at(0)));
}

TEST(CropOperation, LeavesTheFallbackAloneWhereTheAnchorIsGiven) {
  const Options box{{"width", 100}, {"height", 50}, {"anchor", "left_top"}, {"fallback", "right_top"}};
  EXPECT_EQ(crop_of({300, 200}, box).left, 0);
}

TEST(CropOperation, SmartIsLeftToTheWorker) {
  const auto context =
      planned({300, 200}, operation::crop(), {{"width", 100}, {"height", 500}, {"anchor", "smart"}});
  ASSERT_EQ(context.steps.size(), 1U);
  EXPECT_EQ(std::get<SmartCropStep>(context.steps[0]).size, (Size{100, 200}));
  EXPECT_EQ(context.size, (Size{100, 200}));
}

TEST(CropOperation, RatioTakesTheLargestBox) {
  const auto size = [](Size image, std::int64_t width, std::int64_t height) {
    return planned(image, operation::crop(), {{"width", width}, {"height", height}, {"mode", "ratio"}}).size;
  };
  EXPECT_EQ(size({300, 200}, 1, 1), (Size{200, 200}));
  EXPECT_EQ(size({300, 200}, 16, 9), (Size{300, 169}));
  EXPECT_EQ(size({300, 200}, 9, 16), (Size{113, 200}));
  EXPECT_EQ(size({300, 200}, 3, 2), (Size{300, 200}));
  EXPECT_EQ(size({300, 200}, 10000, 1), (Size{300, 1}));
  EXPECT_EQ(size({1, 1}, 16, 9), (Size{1, 1}));
}

TEST(CropOperation, ScaleShrinksTheBoxAroundItsAnchor) {
  const auto crop = crop_of({300, 200}, {{"width", 1}, {"height", 1}, {"mode", "ratio"}, {"scale", 50.0}});
  EXPECT_EQ(crop.size, (Size{100, 100}));
  EXPECT_EQ(crop.left, 100);
  EXPECT_EQ(crop.top, 50);
  EXPECT_EQ(crop_of({300, 200}, {{"width", 100}, {"height", 50}, {"scale", 10.0}}).size, (Size{10, 5}));
}

TEST(CropOperation, ABoxLargerThanTheImageIsCutDown) {
  EXPECT_EQ(planned({300, 200}, operation::crop(), {{"width", 1000}, {"height", 50}}).size, (Size{300, 50}));
  EXPECT_TRUE(planned({300, 200}, operation::crop(), {{"width", 99999}, {"height", 99999}}).steps.empty());
  EXPECT_TRUE(planned({300, 200}, operation::crop(), {{"width", 300}, {"height", 200}, {"anchor", "smart"}})
                  .steps.empty());
}

// Whatever is asked for, the box lies inside the image and has at least one pixel.
TEST(CropOperation, EveryBoxLiesInsideTheImage) {
  const std::vector<Size> images{{1, 1}, {2, 3}, {300, 200}, {199, 1001}, {10000, 1}};
  const std::vector<const char*> anchors{"auto", "left_top", "right_bottom", "center_center",
                                         "0_7",  "150_99",   "99999_0"};
  for (const Size image : images) {
    for (const char* anchor : anchors) {
      for (const char* mode : {"absolute", "ratio"}) {
        for (const std::int64_t width : {1, 2, 99, 100, 301, 99999}) {
          for (const std::int64_t height : {1, 3, 64, 200, 1001}) {
            for (const double scale : {1.0, 33.3, 100.0}) {
              for (const double dpr : {1.0, 1.5, 10.0}) {
                auto context = image_of(image, dpr);
                context.in_device_pixels = true;
                plan_on(context, operation::crop(),
                        {{"width", width},
                         {"height", height},
                         {"mode", mode},
                         {"anchor", anchor},
                         {"scale", scale}});
                if (context.steps.empty()) {
                  EXPECT_EQ(context.size, image);
                  continue;
                }
                const auto crop = only_crop(context);
                EXPECT_GE(crop.left, 0);
                EXPECT_GE(crop.top, 0);
                EXPECT_GE(crop.size.width, 1);
                EXPECT_GE(crop.size.height, 1);
                EXPECT_LE(crop.left + crop.size.width, image.width);
                EXPECT_LE(crop.top + crop.size.height, image.height);
                EXPECT_EQ(crop.size, context.size);
              }
            }
          }
        }
      }
    }
  }
}

TEST(CropOperation, AfterAResizeDprMultipliesTheBoxAndTheOffsets) {
  auto context = image_of({2000, 1000}, 2);
  plan_on(context, operation::resize(), {{"width", 400}, {"height", 400}, {"mode", "fill"}});
  ASSERT_EQ(context.size, (Size{1600, 800}));
  plan_on(context, operation::crop(), {{"width", 400}, {"height", 300}, {"anchor", "50_20"}});
  const auto crop = std::get<CropStep>(context.steps.at(1));
  EXPECT_EQ(crop.size, (Size{800, 600}));
  EXPECT_EQ(crop.left, 100);
  EXPECT_EQ(crop.top, 40);
}

TEST(CropOperation, AfterAFillTheSameBoxFitsAtEveryRatio) {
  for (const double dpr : {1.0, 1.1, 1.25, 1.5, 2.0, 2.63, 3.0}) {
    for (const std::int64_t side : {1, 33, 100, 333, 777}) {
      auto context = image_of({4001, 3001}, dpr);
      plan_on(context, operation::resize(), {{"width", side}, {"height", side}, {"mode", "fill"}});
      plan_on(context, operation::crop(), {{"width", side}, {"height", side}});
      const auto expected =
          static_cast<std::int32_t>(std::max(1.0, std::round(static_cast<double>(side) * dpr)));
      EXPECT_EQ(context.size, (Size{expected, expected})) << side << " at " << dpr;
    }
  }
}

TEST(CropOperation, BeforeAResizeThePartOfThePictureIsTheSameAtEveryRatio) {
  for (const double dpr : {1.0, 2.0}) {
    const auto crop =
        only_crop(planned({300, 200}, operation::crop(), {{"width", 100}, {"height", 50}}, dpr));
    EXPECT_EQ(crop.size, (Size{100, 50})) << dpr;
    EXPECT_EQ(crop.left, 100) << dpr;
  }
}

}  // namespace
}  // namespace rucola::render
