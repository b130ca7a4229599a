#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "render/operations/planning.h"

// Crops around the areas that an image's metadata names, and after a resize that was not allowed to enlarge.
namespace rucola::render {
namespace {

constexpr Size image{1000, 600};

class CropAreas : public ::testing::Test {
 protected:
  /// After these steps of a stack.
  void given(const std::string& metadata,
             const std::vector<std::pair<const Operation*, Options>>& before = {}, Size size = image,
             double dpr = 1) {
    facts_.size = size;
    facts_.dynamic_metadata_json = metadata;
    context_ = image_of(size, dpr);
    context_.image = &facts_;
    for (const auto& [operation, options] : before)
      plan_on(context_, *operation, options);
  }

  /// What an operation crop makes of it; all of the image where there is no step.
  CropStep crop(const Options& options) {
    auto context = context_;
    const std::size_t steps = context.steps.size();
    plan_on(context, operation::crop(), options);
    if (context.steps.size() == steps) return {.left = 0, .top = 0, .size = context.size};
    return std::get<CropStep>(context.steps.back());
  }

  SourceFacts facts_;
  PlanningContext context_;
};

void expect_box(const CropStep& crop, std::int32_t left, std::int32_t top, Size size) {
  EXPECT_EQ(crop.left, left);
  EXPECT_EQ(crop.top, top);
  EXPECT_EQ(crop.size, size);
}

Options box(std::int64_t width, std::int64_t height, Options more = {}) {
  more.emplace("width", width);
  more.emplace("height", height);
  return more;
}

constexpr const char* subject =
    R"({"subject_area":{"x":700,"y":100,"width":100,"height":50}})";  // middle 750, 125

TEST_F(CropAreas, AutoPutsTheBoxAroundTheSubject) {
  given(subject);
  expect_box(crop(box(200, 100)), 650, 75, {200, 100});
  expect_box(crop(box(200, 100, {{"anchor", "subjectarea"}})), 650, 75, {200, 100});
  expect_box(crop(box(1, 1, {{"mode", "ratio"}})), 400, 0, {600, 600});
  expect_box(crop(box(200, 100, {{"scale", 50.0}})), 700, 100, {100, 50});
  expect_box(crop(box(200, 100, {{"anchor", "left_top"}})), 0, 0, {200, 100});
}

TEST_F(CropAreas, TheBoxStaysInsideTheImage) {
  given(R"({"subject_area":{"x":990,"y":0,"width":10,"height":10}})");
  expect_box(crop(box(200, 100)), 800, 0, {200, 100});
  expect_box(crop(box(5000, 5000)), 0, 0, image);
}

TEST_F(CropAreas, BoxIsTheAreaItself) {
  given(subject);
  expect_box(crop(box(3, 7, {{"mode", "box"}})), 700, 100, {100, 50});
  expect_box(crop(box(3, 7, {{"mode", "box"}, {"scale", 50.0}})), 725, 113, {50, 25});
}

TEST_F(CropAreas, AreaIsTheSmallestBoxOfTheRatioAroundIt) {
  given(subject);
  expect_box(crop(box(1, 1, {{"mode", "area"}})), 700, 75, {100, 100});
  expect_box(crop(box(4, 1, {{"mode", "area"}})), 650, 100, {200, 50});
  expect_box(crop(box(2, 1, {{"mode", "area"}})), 700, 100, {100, 50});
  given(R"({"subject_area":{"x":0,"y":0,"width":900,"height":600}})");
  expect_box(crop(box(1, 1, {{"mode", "area"}})), 150, 0, {600, 600});  // 900 x 900 doesn't fit
}

TEST_F(CropAreas, ACropAreaIsTheFrameOfWhatMayBeSeen) {
  given(R"({"crop_area":{"x":100,"y":200,"width":320,"height":180}})");
  expect_box(crop(box(16, 9, {{"mode", "ratio"}})), 100, 200, {320, 180});
  expect_box(crop(box(1, 1, {{"mode", "ratio"}, {"anchor", "croparea"}})), 170, 200, {180, 180});
  expect_box(crop(box(500, 90)), 100, 245, {320, 90});
  expect_box(crop(box(1, 1, {{"mode", "ratio"}, {"anchor", "subjectarea"}})), 200, 0, {600, 600});
}

TEST_F(CropAreas, TheSubjectGoesBeforeTheCropAreaAndThatBeforeTheFace) {
  const std::string face = R"("detection_face":{"x":0,"y":0,"width":20,"height":20})";
  const std::string crop_area = R"("crop_area":{"x":500,"y":300,"width":40,"height":40})";
  const std::string subject_area = R"("subject_area":{"x":900,"y":500,"width":40,"height":40})";
  given("{" + face + "}");
  expect_box(crop(box(30, 30)), 0, 0, {30, 30});
  expect_box(crop(box(30, 30, {{"anchor", "face"}})), 0, 0, {30, 30});
  given("{" + face + "," + crop_area + "}");
  expect_box(crop(box(30, 30)), 505, 305, {30, 30});
  given("{" + face + "," + crop_area + "," + subject_area + "}");
  expect_box(crop(box(30, 30)), 905, 505, {30, 30});
  expect_box(crop(box(30, 30, {{"anchor", "face"}})), 0, 0, {30, 30});
  expect_box(crop(box(30, 30, {{"anchor", "croparea"}})), 505, 305, {30, 30});
}

TEST_F(CropAreas, NamedAreasGoFirst) {
  given(R"({"subject_area":{"x":0,"y":0,"width":10,"height":10},
            "multi_areas":{"wide":{"crop_area":{"x":500,"y":400,"width":160,"height":90}},
                           "tall":{"subject_area":{"x":300,"y":300,"width":10,"height":10}}}})");
  expect_box(crop(box(16, 9, {{"mode", "ratio"}, {"area", "wide"}})), 500, 400, {160, 90});
  expect_box(crop(box(20, 20, {{"area", "tall"}})), 295, 295, {20, 20});
  expect_box(crop(box(20, 20, {{"area", "unknown"}})), 0, 0, {20, 20});
}

TEST_F(CropAreas, WithoutAnAreaTheFallbackDecides) {
  given("{}");
  expect_box(crop(box(200, 100)), 400, 250, {200, 100});
  expect_box(crop(box(200, 100, {{"fallback", "right_bottom"}})), 800, 500, {200, 100});
  expect_box(crop(box(200, 100, {{"anchor", "face"}, {"fallback", "left_top"}})), 0, 0, {200, 100});
  expect_box(crop(box(1, 1, {{"mode", "area"}})), 200, 0, {600, 600});
  expect_box(crop(box(50, 40, {{"mode", "box"}})), 475, 280, {50, 40});
  expect_box(crop(box(50, 40, {{"fallback", "face"}})), 475, 280, {50, 40});
  given(subject);
  expect_box(crop(box(200, 100, {{"anchor", "face"}, {"fallback", "subjectarea"}})), 650, 75, {200, 100});
}

TEST_F(CropAreas, MovingAnAreaMovesTheBox) {
  given(subject);
  expect_box(crop(box(200, 100, {{"movearea_x", -50.0}, {"movearea_y", 100.0}})), 600, 125, {200, 100});
  expect_box(crop(box(1, 1, {{"mode", "box"}, {"movearea_x", 20.0}})), 720, 100, {100, 50});
  expect_box(crop(box(1, 1, {{"mode", "box"}, {"movearea_x", 1000.0}})), 900, 100, {100, 50});
}

TEST_F(CropAreas, AreasFollowEarlierSteps) {
  given(subject, {{&operation::resize(), {{"width", 500}}}});
  expect_box(crop(box(1, 1, {{"mode", "box"}})), 350, 50, {50, 25});
  given(subject, {{&operation::crop(), box(400, 300, {{"anchor", "600_50"}})}});
  expect_box(crop(box(1, 1, {{"mode", "box"}})), 100, 50, {100, 50});
  given(subject, {{&operation::rotate(), {{"angle", 90.0}}}});
  expect_box(crop(box(1, 1, {{"mode", "box"}})), 450, 700, {50, 100});
  given(subject, {{&operation::rotate(), {{"angle", 180.0}}}, {&operation::sepia(), {}}});
  expect_box(crop(box(1, 1, {{"mode", "box"}})), 200, 450, {100, 50});
  given(subject, {{&operation::resize(), {{"width", 500}}}}, image, 2);
  expect_box(crop(box(1, 1, {{"mode", "box"}})), 700, 100, {100, 50});
}

TEST_F(CropAreas, WhatIsCutAwayOrTiltedIsNoAreaAnyMore) {
  given(subject, {{&operation::crop(), box(400, 300, {{"anchor", "left_top"}})}});
  expect_box(crop(box(100, 100)), 150, 100, {100, 100});
  given(subject, {{&operation::crop(), box(750, 600, {{"anchor", "left_top"}})}});
  expect_box(crop(box(1, 1, {{"mode", "box"}})), 700, 100, {50, 50});
  given(subject, {{&operation::rotate(), {{"angle", 10.0}}}});
  const Size tilted = context_.size;
  expect_box(crop(box(100, 100, {{"fallback", "right_bottom"}})), tilted.width - 100, tilted.height - 100,
             {100, 100});
  given(subject, {{&operation::crop(), box(900, 500, {{"anchor", "smart"}})}});
  expect_box(crop(box(100, 100)), 400, 200, {100, 100});
}

// The guide of stack configurations: resize with the mode fill, then crop to the same size.
TEST_F(CropAreas, AfterAResizeThatMayNotEnlargeTheCropKeepsItsRatio) {
  const Options fill = box(900, 600, {{"mode", "fill"}, {"upscale", false}, {"upscale_dpr", false}});
  const auto final_size = [&](Size source, double dpr = 1) {
    given("{}", {{&operation::resize(), fill}}, source, dpr);
    return crop(box(900, 600)).size;
  };
  EXPECT_EQ(final_size({400, 300}), (Size{400, 267}));
  EXPECT_EQ(final_size({400, 700}), (Size{400, 267}));
  EXPECT_EQ(final_size({1000, 300}), (Size{450, 300}));
  EXPECT_EQ(final_size({3000, 2000}), (Size{900, 600}));
  EXPECT_EQ(final_size({3000, 2500}), (Size{900, 600}));
  EXPECT_EQ(final_size({1200, 1200}, 2), (Size{1200, 800}));
  EXPECT_EQ(final_size({1, 1}), (Size{1, 1}));
}

TEST_F(CropAreas, AndTakesTheSamePartOfTheImage) {
  // Asked for 800 wide, 400 are there: 100 of the 800 are 50 of the 400.
  given("{}", {{&operation::resize(), {{"width", 800}, {"upscale", false}}}}, {400, 300});
  expect_box(crop(box(100, 80, {{"anchor", "40_20"}})), 20, 10, {50, 40});
  given("{}", {{&operation::resize(), {{"width", 800}}}}, {400, 300});
  expect_box(crop(box(100, 80, {{"anchor", "40_20"}})), 40, 20, {100, 80});
  given("{}", {{&operation::resize(), box(800, 150, {{"mode", "absolute"}, {"upscale", false}})}},
        {400, 300});
  expect_box(crop(box(100, 80, {{"anchor", "left_top"}})), 0, 0, {50, 80});
  // A quarter turn later what was across is down.
  given("{}",
        {{&operation::resize(), box(800, 150, {{"mode", "absolute"}, {"upscale", false}})},
         {&operation::rotate(), {{"angle", 90.0}}}},
        {400, 300});
  expect_box(crop(box(80, 100, {{"anchor", "left_top"}})), 0, 0, {80, 50});
}

}  // namespace
}  // namespace rucola::render
