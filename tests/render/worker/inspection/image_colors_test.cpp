#include "render/worker/inspection/image_colors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/sample_images.h"
#include "render/worker/inspection/survey.h"

namespace rucola::render::worker {
namespace {

using samples::VImage;

namespace json = boost::json;

json::object colors(const VImage& image) {
  return image_colors(survey(image).samples);
}

/// One colour on the left, another on the right.
VImage halves(const std::vector<double>& left, const std::vector<double>& right, int width = 100) {
  return samples::uniform(width, 40, left)
      .join(samples::uniform(width / 2, 40, right), VIPS_DIRECTION_HORIZONTAL);
}

TEST(ImageColors, OfOneColorIsThatColor) {
  EXPECT_EQ(colors(samples::uniform(300, 200, {255, 0, 0})),
            (json::object{{"dominant", "ff0000"}, {"palette", {"ff0000"}}, {"shares", {100}}}));
  EXPECT_EQ(colors(samples::uniform(1, 1, {1, 2, 3})).at("dominant"), "010203");
}

TEST(ImageColors, AreSortedByTheirShares) {
  EXPECT_EQ(colors(halves({0, 0, 255}, {255, 255, 0})),
            (json::object{{"dominant", "0000ff"}, {"palette", {"0000ff", "ffff00"}}, {"shares", {67, 33}}}));
}

TEST(ImageColors, ThatLookAlikeAreOne) {
  EXPECT_EQ(colors(halves({200, 100, 50}, {203, 100, 50})).at("palette"), json::array{"c96432"});
}

TEST(ImageColors, AreAtMostFive) {
  const json::object found = colors(samples::noise(200, 200));
  EXPECT_EQ(found.at("palette").as_array().size(), 5U);
  EXPECT_EQ(found.at("shares").as_array().size(), 5U);
  EXPECT_EQ(found, colors(samples::noise(200, 200))) << "the same each time";
}

TEST(ImageColors, AreOfWhatIsSeen) {
  const VImage transparent = samples::uniform(30, 20, {0, 255, 0}).bandjoin_const({0});
  EXPECT_EQ(colors(transparent), json::object());
  const VImage half =
      samples::uniform(30, 20, {0, 255, 0})
          .bandjoin_const({127})
          .join(samples::uniform(10, 20, {255, 0, 0}).bandjoin_const({255}), VIPS_DIRECTION_HORIZONTAL);
  EXPECT_EQ(colors(half).at("palette"), json::array{"ff0000"});
}

TEST(ImageColors, OfEveryKindOfPicture) {
  EXPECT_EQ(colors(samples::uniform(30, 20, {128})).at("dominant"), "808080");
  EXPECT_EQ(colors(samples::uniform(30, 20, {128}).bandjoin_const({255})).at("dominant"), "808080");
  const VImage deep = samples::uniform(30, 20, {255, 0, 0}).colourspace(VIPS_INTERPRETATION_RGB16);
  EXPECT_EQ(colors(deep).at("dominant"), "ff0000");
  EXPECT_EQ(colors(samples::uniform(30, 20, {255, 0, 0}).colourspace(VIPS_INTERPRETATION_LAB)).at("dominant"),
            "ff0000");
  EXPECT_EQ(
      colors(samples::uniform(30, 20, {255, 0, 0}).colourspace(VIPS_INTERPRETATION_LABQ)).at("dominant"),
      "ff0000");
}

TEST(Survey, TakesAtMost128SamplesOfASide) {
  for (const auto& [side, samples] : std::vector<std::pair<int, int>>{
           {1, 1}, {2, 2}, {127, 127}, {128, 128}, {129, 64}, {256, 128}, {257, 86}, {1000, 125}}) {
    const Survey seen = survey(samples::uniform(side, 3, {1, 2, 3}));
    EXPECT_EQ(seen.samples.width(), samples) << side;
    EXPECT_EQ(seen.samples.height(), 3);
    EXPECT_EQ(seen.samples.avg(), 2) << "one was not taken";
  }
}

TEST(Survey, SeesTheOneTransparentPixel) {
  const VImage opaque = samples::photo(300, 200).bandjoin_const({255});
  EXPECT_TRUE(survey(opaque).opaque);
  VImage one_hole = opaque.copy_memory();
  one_hole.draw_rect({0, 0, 0, 254}, 299, 199, 1, 1);
  EXPECT_FALSE(survey(one_hole).opaque);
}

}  // namespace
}  // namespace rucola::render::worker
