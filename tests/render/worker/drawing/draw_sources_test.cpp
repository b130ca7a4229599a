// What a worker makes of its sources, against libvips called directly here: how they are held, their colours
// and their transparency.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/drawn.h"

namespace rucola::render::worker {
namespace {

using samples::difference;
using samples::VImage;
using testing::ElementsAre;

// ---- orientation

/// The image as a camera that was held so would have stored it.
VImage held(const VImage& upright, int orientation) {
  switch (orientation) {
    case 2:
      return upright.fliphor();
    case 3:
      return upright.rot180();
    case 4:
      return upright.flipver();
    case 5:
      return upright.rot90().fliphor();
    case 6:
      return upright.rot270();
    case 7:
      return upright.rot90().flipver();
    case 8:
      return upright.rot90();
    default:
      return upright;
  }
}

class EveryOrientation : public testing::TestWithParam<int> {
 protected:
  EveryOrientation() {
    VImage stored = held(photo_, GetParam()).copy();
    stored.set("orientation", GetParam());
    file_ = samples::file(stored, ".jpg[Q=98,subsample-mode=off]");
  }

  const VImage photo_ = samples::photo(320, 200);
  std::string file_;
};

INSTANTIATE_TEST_SUITE_P(Exif, EveryOrientation, testing::Range(1, 9));

TEST_P(EveryOrientation, ComesOutUpright) {
  EXPECT_LE(difference(picture(file_, plan_for({320, 200}, {})), photo_), 4);
}

TEST_P(EveryOrientation, ComesOutUprightWhenShrunkOnLoad) {
  const VImage result = picture(file_, plan_for({320, 200}, {ResizeStep{{80, 50}}}));
  EXPECT_LE(difference(result, photo_.resize(0.25)), 6);
}

TEST_P(EveryOrientation, IsAppliedBeforeACrop) {
  const VImage result = picture(file_, plan_for({320, 200}, {CropStep{200, 20, {100, 30}}}));
  EXPECT_LE(difference(result, photo_.extract_area(200, 20, 100, 30)), 4);
}

TEST_P(EveryOrientation, IsNotInTheResult) {
  const VImage result = picture(file_, plan_for({320, 200}, {ResizeStep{{80, 50}}}, Format::jpg));
  EXPECT_EQ(result.get_typeof("orientation"), 0U);
  EXPECT_EQ(result.get_typeof("exif-data"), 0U);
}

// ---- colours

TEST(Draw, AnEmbeddedProfileIsHonouredAndLeftOut) {
  const VImage photo = samples::uniform(60, 40, {200, 120, 60});
  const VImage wide = photo.icc_transform("p3", VImage::option()->set("input_profile", "srgb"));
  ASSERT_GE(difference(wide, photo), 10) << "the profile should make a difference";
  for (const char* suffix : {".png", ".jpg[Q=98]", ".tif"}) {
    for (const std::vector<Step>& steps : {std::vector<Step>{}, std::vector<Step>{ResizeStep{{30, 20}}}}) {
      const VImage result = picture(samples::file(wide, suffix), plan_for({60, 40}, steps));
      EXPECT_LE(difference(result, samples::uniform(result.width(), result.height(), {200, 120, 60})), 3)
          << suffix;
      EXPECT_EQ(result.get_typeof("icc-profile-data"), 0U);
    }
  }
}

TEST(Draw, AProfileOfSrgbChangesNothing) {
  const VImage noise = samples::noise(60, 40);
  const VImage tagged = noise.icc_transform("srgb", VImage::option()->set("input_profile", "srgb"));
  ASSERT_NE(tagged.get_typeof("icc-profile-data"), 0U);
  const VImage result = picture(samples::file(tagged, ".png"), plan_for({60, 40}, {}));
  EXPECT_EQ(difference(result, tagged), 0);
  EXPECT_EQ(result.get_typeof("icc-profile-data"), 0U);
}

TEST(Draw, AProfileOfGreyIsHonoured) {
  // Gray with a gamma of 1, as lcms writes it: a header, and white point and curve as tags.
  const VImage linear = samples::uniform(20, 10, {55}).copy();
  VImage tagged = linear.copy();
  const std::string profile = samples::linear_grey_profile();
  vips_image_set_blob_copy(tagged.get_image(), VIPS_META_ICC_NAME, profile.data(), profile.size());
  const VImage result = picture(samples::file(tagged, ".png"), plan_for({20, 10}, {}));
  ASSERT_EQ(result.bands(), 1);
  EXPECT_NEAR(pixel(result, 5, 5)[0], 128, 4);  // 55 ÷ 255 of the light is half way up sRGB's curve
}

TEST(Draw, ABrokenProfileIsAsGoodAsNone) {
  const VImage photo = samples::photo(60, 40);
  VImage tagged = photo.copy();
  const std::string nonsense(500, 'x');
  vips_image_set_blob_copy(tagged.get_image(), VIPS_META_ICC_NAME, nonsense.data(), nonsense.size());
  EXPECT_LE(difference(picture(samples::file(tagged, ".tif"), plan_for({60, 40}, {})), photo), 1);
  EXPECT_LE(
      difference(picture(samples::file(tagged, ".jpg[Q=98,subsample-mode=off]"), plan_for({60, 40}, {})),
                 photo),
      4);
}

TEST(Draw, CmykComesOutInItsColours) {
  const VImage photo = samples::uniform(60, 40, {180, 90, 70});
  const VImage inks = photo.icc_transform(
      "cmyk", VImage::option()->set("input_profile", "srgb")->set("black_point_compensation", TRUE));
  ASSERT_EQ(inks.bands(), 4);
  VImage without_profile = inks.copy();
  without_profile.remove("icc-profile-data");
  for (const VImage& source : {inks, without_profile}) {
    const VImage result =
        picture(samples::file(source, ".jpg[Q=98]"), plan_for({60, 40}, {ResizeStep{{30, 20}}}));
    ASSERT_EQ(result.bands(), 3);
    EXPECT_LE(difference(result, samples::uniform(30, 20, {180, 90, 70})), 8);
  }
}

TEST(Draw, SixteenBitsBecomeEight) {
  const VImage photo = samples::photo(60, 40);
  const std::string file = samples::file(photo.colourspace(VIPS_INTERPRETATION_RGB16), ".png");
  const VImage result = picture(file, plan_for({60, 40}, {}));
  EXPECT_EQ(result.format(), VIPS_FORMAT_UCHAR);
  EXPECT_LE(difference(result, photo), 1);
}

TEST(Draw, SixteenBitsWithAlphaBecomeEight) {
  const VImage glass = samples::translucent(60, 40);
  const std::string file = samples::file(glass.colourspace(VIPS_INTERPRETATION_RGB16), ".png");
  EXPECT_LE(difference(picture(file, plan_for({60, 40}, {})), glass), 1);
}

TEST(Draw, FloatingPointIsUnderstood) {
  const VImage photo = samples::photo(60, 40);
  const std::string file = samples::file(photo.colourspace(VIPS_INTERPRETATION_scRGB), ".tif");
  EXPECT_LE(difference(picture(file, plan_for({60, 40}, {})), photo), 1);
}

TEST(Draw, GreyStaysGrey) {
  const VImage grey = samples::photo(60, 40).colourspace(VIPS_INTERPRETATION_B_W);
  for (const char* suffix : {".png", ".jpg[Q=98]"}) {
    const VImage result = picture(samples::file(grey, suffix), plan_for({60, 40}, {}));
    ASSERT_EQ(result.bands(), 1);
    EXPECT_LE(difference(result, grey), 3);
  }
  const VImage deep = grey.colourspace(VIPS_INTERPRETATION_GREY16);
  EXPECT_LE(difference(picture(samples::file(deep, ".png"), plan_for({60, 40}, {})), grey), 1);
}

// TIFF may hold more channels than a colour has: inks, masks. libvips says of all that it writes that they
// are opacity, of which a picture has one.
TEST(Draw, OfSeveralOpacitiesTheFirstCounts) {
  const VImage photo = samples::photo(60, 40);
  const VImage grey = photo.colourspace(VIPS_INTERPRETATION_B_W);
  for (const VImage& color : {photo, grey}) {
    for (const std::vector<double>& more :
         std::vector<std::vector<double>>{{7, 9}, {7, 9, 200}, {7, 9, 1, 2}}) {
      const std::string file = samples::file(color.bandjoin_const(more), ".tif");
      for (const std::vector<Step>& steps :
           std::vector<std::vector<Step>>{{}, {turn(180)}, {ResizeStep{{30, 20}}}}) {
        const VImage result = picture(file, plan_for({60, 40}, steps));
        ASSERT_EQ(result.bands(), color.bands() + 1);
        EXPECT_EQ(pixel(result, 5, 5).back(), 7);
        if (steps.empty()) {
          EXPECT_LE(difference(result, color.bandjoin_const({7})), 1);
        }
      }
    }
  }
}

TEST(Draw, APaletteIsLookedUp) {
  const VImage flat = samples::uniform(60, 40, {200, 10, 30});
  const VImage result = picture(samples::file(flat, ".png[palette]"), plan_for({60, 40}, {}));
  EXPECT_LE(difference(result, flat), 1);
}

TEST(Draw, ABilevelPngIsUnderstood) {
  const VImage halves = (VImage::xyz(64, 8).extract_band(0) >= 32)
                            .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W));
  const VImage result = picture(samples::file(halves, ".png[bitdepth=1]"), plan_for({64, 8}, {}));
  EXPECT_EQ(difference(result, halves), 0);
}

// ---- transparency

TEST(Draw, TransparencyIsKept) {
  const VImage glass = samples::translucent(60, 40);
  for (const char* suffix : {".png", ".webp[lossless]", ".tif"}) {
    const VImage result = picture(samples::file(glass, suffix), plan_for({60, 40}, {}));
    ASSERT_EQ(result.bands(), 4) << suffix;
    EXPECT_EQ(difference(result.extract_band(3), glass.extract_band(3)), 0) << suffix;
  }
}

TEST(Draw, InvisibleColoursDoNotBleed) {
  VImage image = samples::uniform(100, 100, {255, 0, 0, 0}).copy_memory();
  image.draw_rect({0, 0, 255, 255}, 50, 0, 50, 100, VImage::option()->set("fill", TRUE));
  for (const Step& step : {Step{ResizeStep{{33, 33}}}, Step{BlurStep{4}}, Step{turn(20)}}) {
    const VImage result = picture(samples::file(image, ".png"), plan_for({100, 100}, {step}));
    const VImage visible = result.extract_band(3) > 20;
    EXPECT_LE(visible.ifthenelse(result.extract_band(0), 0).max(), 20);
  }
}

TEST(Draw, JpegIsFlattenedOntoTheColour) {
  const VImage glass = samples::translucent(64, 32);
  Plan plan = plan_for({64, 32}, {}, Format::jpg);
  plan.encoding.flatten_onto = {.red = 20, .green = 240, .blue = 60};
  const VImage expected =
      glass.flatten(VImage::option()->set("background", std::vector<double>{20, 240, 60}));
  const VImage result = picture(samples::file(glass, ".png"), plan);
  ASSERT_EQ(result.bands(), 3);
  EXPECT_LE(difference(result, expected), 25);
  EXPECT_LE((result.cast(VIPS_FORMAT_FLOAT) - expected).abs().avg(), 4);
}

TEST(Draw, FlatteningCanBeAskedForElsewhere) {
  Plan plan = plan_for({64, 32}, {}, Format::png);
  plan.encoding.flatten_always = true;
  const VImage result = picture(samples::file(samples::translucent(64, 32), ".png"), plan);
  EXPECT_EQ(result.bands(), 3);
  EXPECT_THAT(pixel(result, 0, 0), ElementsAre(255, 255, 255));
}

TEST(Draw, GreyWithAlphaOntoAColour) {
  const VImage grey = samples::uniform(10, 10, {100, 0});
  Plan plan = plan_for({10, 10}, {}, Format::jpg);
  plan.encoding.flatten_onto = {.red = 250, .green = 10, .blue = 10};
  const VImage result = picture(samples::file(grey, ".png"), plan);
  ASSERT_EQ(result.bands(), 3);
  EXPECT_NEAR(pixel(result, 5, 5)[0], 250, 4);
}

}  // namespace
}  // namespace rucola::render::worker
