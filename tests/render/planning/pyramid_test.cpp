#include "render/planning/pyramid.h"

#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "render/planning/planner.h"

namespace rucola::render {
namespace {

constexpr Size large{6403, 4709};

std::vector<Step> tile(std::int32_t left, std::int32_t top, Size part, Size result) {
  return {CropStep{.left = left, .top = top, .size = part}, ResizeStep{result}};
}

void expect_crop(const Step& step, std::int32_t left, std::int32_t top, Size size) {
  ASSERT_TRUE(std::holds_alternative<CropStep>(step));
  const auto& crop = std::get<CropStep>(step);
  EXPECT_EQ(crop.left, left);
  EXPECT_EQ(crop.top, top);
  EXPECT_EQ(crop.size, size);
}

TEST(Pyramid, LevelsAreHalvesRoundedDownUntilOneTile) {
  // `vips tiffsave --pyramid` with tiles of 256 writes: 6403x4709 3201x2354 1600x1177 800x588 400x294
  // 200x147.
  EXPECT_EQ(pyramid_levels(large), 6);
  EXPECT_EQ(pyramid_level_size(large, 0), large);
  EXPECT_EQ(pyramid_level_size(large, 2), (Size{1600, 1177}));
  EXPECT_EQ(pyramid_level_size(large, 5), (Size{200, 147}));
  EXPECT_EQ(pyramid_levels({256, 256}), 1);
  EXPECT_EQ(pyramid_levels({257, 10}), 2);
  EXPECT_EQ(pyramid_levels({100'000, 50}), 6) << "down to a height of one pixel, no further";
}

TEST(Pyramid, ATileAtFullSizeIsOnlyCutOut) {
  const auto over = over_pyramid(large, {CropStep{.left = 512, .top = 1024, .size = {512, 512}}});
  EXPECT_EQ(over.level, 0);
  ASSERT_EQ(over.steps.size(), 1U);
  expect_crop(over.steps[0], 512, 1024, {512, 512});
}

TEST(Pyramid, ATileComesFromALevelTwiceAsLarge) {
  EXPECT_EQ(over_pyramid(large, tile(0, 0, {1024, 1024}, {512, 512})).level, 0);
  EXPECT_EQ(over_pyramid(large, tile(0, 0, {2040, 2040}, {512, 512})).level, 0);
  const auto over = over_pyramid(large, tile(2048, 2048, {2048, 2048}, {512, 512}));
  EXPECT_EQ(over.level, 1);
  ASSERT_EQ(over.steps.size(), 2U);
  expect_crop(over.steps[0], 1024, 1024, {1024, 1024});
  EXPECT_EQ(std::get<ResizeStep>(over.steps[1]).to, (Size{512, 512}));
  EXPECT_EQ(over_pyramid(large, tile(0, 0, {4096, 4096}, {512, 1024})).level, 1)
      << "the side that shrinks less";
}

TEST(Pyramid, TheLastPixelsStayInsideTheLevel) {
  const auto over = over_pyramid(large, tile(6402, 4708, {1, 1}, {1, 1}));
  EXPECT_EQ(over.level, 0);
  expect_crop(over.steps[0], 6402, 4708, {1, 1});
  const auto edge = over_pyramid(large, tile(6144, 4096, {259, 613}, {65, 154}));
  EXPECT_EQ(edge.level, 1) << "as the viewer rounds up, 3.98 is meant to be 4";
  expect_crop(edge.steps[0], 3072, 2048, {129, 306});
}

TEST(Pyramid, SmallPicturesComeFromTheOverview) {
  constexpr Size eighth{800, 588};
  const auto tile8 = over_pyramid(large, tile(4096, 4096, {2307, 613}, {289, 77}));
  EXPECT_EQ(tile8.top, eighth) << "as the viewer rounds up, 7.96 is meant to be 8";
  EXPECT_EQ(tile8.level, 0);
  expect_crop(tile8.steps[0], 512, 511, {288, 77});  // 800 / 6403 and 588 / 4709 of it
  EXPECT_EQ(over_pyramid(large, tile(0, 0, {6403, 4709}, {201, 148})).level, 1);
  EXPECT_EQ(over_pyramid(large, tile(0, 0, {2048, 2048}, {512, 512})).top, large);
  const auto edge = over_pyramid(large, tile(6402, 0, {1, 4709}, {1, 589}));
  EXPECT_EQ(edge.top, eighth) << "a tile of one column is reduced as its neighbours are";
  expect_crop(edge.steps[0], 799, 0, {1, 588});
  EXPECT_EQ(over_pyramid({20'000, 2047}, {ResizeStep{{100, 10}}}).top, (Size{20'000, 2047})) << "too narrow";
  EXPECT_EQ(over_pyramid({20'000, 2048}, {ResizeStep{{100, 10}}}).top, (Size{2500, 256}));
}

TEST(Pyramid, AWholeLevelIsNotCutAndOtherStepsFollow) {
  const auto over = over_pyramid(large, {ResizeStep{{100, 73}}, MirrorStep{}});
  EXPECT_EQ(over.top, (Size{800, 588}));
  EXPECT_EQ(over.level, 2);
  ASSERT_EQ(over.steps.size(), 2U);
  EXPECT_EQ(std::get<ResizeStep>(over.steps[0]).to, (Size{100, 73}));
  EXPECT_TRUE(std::holds_alternative<MirrorStep>(over.steps[1]));
  EXPECT_TRUE(over_pyramid(large, {}).steps.empty());
  EXPECT_EQ(over_pyramid(large, {MirrorStep{}}).steps.size(), 1U);
}

TEST(Pyramid, EnlargementsComeFromTheFullSize) {
  const auto over = over_pyramid(large, tile(10, 10, {100, 100}, {200, 200}));
  EXPECT_EQ(over.level, 0);
  EXPECT_EQ(std::get<ResizeStep>(over.steps[1]).to, (Size{200, 200}));
}

TEST(Pyramid, ASmallPictureIsWhatItWasOverTheOverview) {
  const auto over = over_overview(large, {ResizeStep{{320, 235}}, CropStep{.size = {100, 100}}});
  ASSERT_TRUE(over);
  EXPECT_EQ(over->top, (Size{800, 588}));
  EXPECT_EQ(over->level, 0);
  ASSERT_EQ(over->steps.size(), 2U);
  EXPECT_EQ(std::get<ResizeStep>(over->steps[0]).to, (Size{320, 235}));
}

TEST(Pyramid, ThereIsNoOverviewForWhatAnEighthIsTooSmallFor) {
  EXPECT_TRUE(over_overview(large, {ResizeStep{{711, 523}}}));
  EXPECT_FALSE(over_overview(large, {ResizeStep{{712, 523}}})) << "a ninth of the width, and a bit";
  EXPECT_FALSE(over_overview(large, {ResizeStep{{711, 524}}})) << "and of the height";
}

TEST(Pyramid, TheOverviewIsForWhatIsResizedAtOnce) {
  EXPECT_FALSE(over_overview(large, {}));
  EXPECT_FALSE(over_overview(large, {CropStep{.size = {3000, 3000}}, ResizeStep{{100, 100}}}));
}

// What is planned with it

SourceFacts facts(Size size, bool opaque = true) {
  return {.sha256 = std::string(64, 'a'), .format = Format::jpg, .size = size, .opaque = opaque};
}

PlannedRender planned(const SourceFacts& source, const std::vector<Step>& steps,
                      const Settings& settings = {}) {
  auto render = Planner(settings, "8.14.1").plan_steps(source, steps, "jpg");
  EXPECT_TRUE(render) << (render ? "" : render.error().message.text);
  return render.value_or(PlannedRender{});
}

TEST(Pyramid, IsTheBaseOfALargeSourcesPictures) {
  const auto first = planned(facts(large), tile(2048, 2048, {2048, 2048}, {512, 512}));
  ASSERT_EQ(first.files.size(), 1U);
  ASSERT_TRUE(first.files[0].render);
  EXPECT_EQ(first.plan.source, (Size{3201, 2354}));
  EXPECT_EQ(first.plan.page, 2);
  const PlannedRender& pyramid = *first.files[0].render;
  EXPECT_EQ(pyramid.files[0].sha256, std::string(64, 'a'));
  EXPECT_TRUE(pyramid.plan.steps.empty());
  EXPECT_TRUE(pyramid.plan.encoding.pyramid);
  EXPECT_FALSE(pyramid.plan.encoding.lossless);
  const auto second = planned(facts(large), {CropStep{.left = 0, .top = 0, .size = {512, 512}}});
  EXPECT_EQ(second.files[0].render->key, pyramid.key) << "all tiles have one pyramid";
  EXPECT_NE(second.key, first.key);
  EXPECT_TRUE(planned(facts(large, false), {}).files[0].render->plan.encoding.lossless);
  const PlannedRender overview = *planned(facts(large), {ResizeStep{{400, 294}}}).files[0].render;
  EXPECT_NE(overview.key, pyramid.key);
  ASSERT_EQ(overview.plan.steps.size(), 1U);
  EXPECT_EQ(std::get<ResizeStep>(overview.plan.steps[0]).to, (Size{800, 588}));
}

TEST(Pyramid, SmallSourcesHaveNone) {
  Settings settings;
  settings.pyramid_from_pixels = 1'000'000;
  EXPECT_FALSE(planned(facts({1000, 999}), {}, settings).files[0].render);
  EXPECT_TRUE(planned(facts({1000, 1000}), {}, settings).files[0].render);
  EXPECT_EQ(planned(facts({1000, 999}), {}, settings).plan.page, 0);
}

TEST(Pyramid, ADrawingDeliveredAsItIsNeedsNone) {
  SourceFacts drawing = facts(large, false);
  drawing.format = Format::svg;
  const auto render = Planner({}, "8.14.1").plan_steps(drawing, {}, "svg");
  ASSERT_TRUE(render);
  EXPECT_FALSE(render->files[0].render);
}

}  // namespace
}  // namespace rucola::render
