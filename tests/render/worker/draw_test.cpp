#include "render/worker/draw.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/operations/pixels.h"
#include "render/sample_images.h"
#include "render/worker/source.h"

// What a worker draws, against libvips called directly here.
namespace rucola::render::worker {
namespace {

using samples::difference;
using samples::VImage;
using testing::ElementsAre;

constexpr protocol::Limits limits{.source_pixels = 225'000'000,
                                  .source_frames = 1'000,
                                  .output_pixels = 100'000'000,
                                  .output_side = 16'383,
                                  .cpu_seconds = 60};

Plan plan_for(Size source, std::vector<Step> steps, Format format = Format::png) {
  Plan plan;
  plan.source = source;
  plan.steps = std::move(steps);
  plan.encoding.format = format;
  plan.encoding.quality = 90;
  return plan;
}

Result<Drawing> draw_one(std::string_view bytes, const Plan& plan, const protocol::Limits& within) {
  const File file{bytes};
  return draw(Files(&file, 1), plan, within);
}

std::string drawn(std::string_view bytes, const Plan& plan) {
  Result<Drawing> result = draw_one(bytes, plan, limits);
  if (!result) throw std::runtime_error(result.error().message.text + result.error().detail.text);
  return std::move(result->bytes);
}

VImage picture(std::string_view bytes, const Plan& plan) {
  return samples::open(drawn(bytes, plan));
}

/// With transparent corners.
RotateStep turn(double degrees) {
  RotateStep step;
  step.degrees = degrees;
  return step;
}

std::vector<double> pixel(const VImage& image, int x, int y) {
  return image.getpoint(x, y);
}

// ---- steps

TEST(Draw, ResizeIsThatOfLibvips) {
  const VImage photo = samples::photo(400, 300);
  for (const Size to : {Size{123, 77}, Size{1, 1}, Size{400, 10}, Size{399, 299}, Size{801, 601}}) {
    const VImage expected =
        photo.resize(to.width / 400.0, VImage::option()->set("vscale", to.height / 300.0));
    const VImage result = picture(samples::file(photo, ".png"), plan_for({400, 300}, {ResizeStep{to}}));
    EXPECT_LE(difference(result, expected), 1);
  }
}

TEST(Draw, ShrinkOnLoadChangesNothingToSpeakOf) {
  const VImage photo = samples::photo(1601, 1203);
  for (const char* suffix : {".jpg[Q=95]", ".jpg[Q=95,interlace]", ".webp[Q=95]"}) {
    const std::string file = samples::file(photo, suffix);
    for (const Size to : {Size{700, 526}, Size{201, 150}, Size{100, 75}, Size{300, 33}}) {
      const VImage expected =
          samples::open(file).resize(to.width / 1601.0, VImage::option()->set("vscale", to.height / 1203.0));
      const VImage result = picture(file, plan_for({1601, 1203}, {ResizeStep{to}}));
      EXPECT_LE(difference(result, expected), 8) << suffix << to.width;
    }
  }
}

TEST(Draw, CropCutsExactlyThere) {
  const VImage photo = samples::photo(80, 60);
  const VImage result = picture(samples::file(photo, ".png"),
                                plan_for({80, 60}, {CropStep{.left = 7, .top = 11, .size = {33, 22}}}));
  EXPECT_EQ(difference(result, photo.extract_area(7, 11, 33, 22)), 0);
}

TEST(Draw, SmartCropFindsWhatDrawsAttention) {
  VImage image = samples::uniform(300, 100, {90, 90, 90}).copy_memory();
  image.draw_rect({255, 40, 40}, 230, 30, 40, 40, VImage::option()->set("fill", TRUE));
  const VImage result =
      picture(samples::file(image, ".png"), plan_for({300, 100}, {SmartCropStep{{100, 100}}}));
  EXPECT_EQ(result.width(), 100);
  EXPECT_GT(result.extract_band(0).max(), 250);
}

TEST(Draw, QuarterTurnsAreExact) {
  const VImage photo = samples::photo(50, 30);
  const std::string file = samples::file(photo, ".png");
  EXPECT_EQ(difference(picture(file, plan_for({50, 30}, {turn(90)})), photo.rot90()), 0);
  EXPECT_EQ(difference(picture(file, plan_for({50, 30}, {turn(180)})), photo.rot180()), 0);
  EXPECT_EQ(difference(picture(file, plan_for({50, 30}, {turn(270)})), photo.rot270()), 0);
}

TEST(Draw, ATurnOf45DegreesIsThatOfLibvips) {
  const VImage photo = samples::photo(200, 120);
  const VImage expected = photo.bandjoin_const({255}).rotate(
      45, VImage::option()
              ->set("interpolate", vips::VInterpolate::new_from_name("bicubic"))
              ->set("background", std::vector<double>{0, 0, 0, 0}));
  const VImage result = picture(samples::file(photo, ".png"), plan_for({200, 120}, {turn(45)}));
  ASSERT_EQ(result.width(), expected.width());
  ASSERT_EQ(result.height(), expected.height());
  // Half a pixel of difference in where the middle is shows at the rims only.
  EXPECT_LE((result.cast(VIPS_FORMAT_FLOAT) - expected).abs().avg(), 2);
  EXPECT_EQ(pixel(result, 0, 0)[3], 0);
  EXPECT_EQ(pixel(result, result.width() / 2, result.height() / 2)[3], 255);
}

TEST(Draw, PixelsAreTurnedOnceWhateverFollows) {
  for (const VImage& image : {samples::photo(60, 40), samples::translucent(60, 40)})
    EXPECT_EQ(pixels::apply(image, turn(30)).get_image()->dtype, VIPS_IMAGE_SETBUF);
}

TEST(Draw, CornersOfATurnHaveTheirColour) {
  const RotateStep onto_green{
      .degrees = 30, .background = {.red = 0, .green = 200, .blue = 0}, .background_opacity = 100};
  const VImage opaque =
      picture(samples::file(samples::photo(60, 40), ".png"), plan_for({60, 40}, {onto_green}));
  EXPECT_EQ(opaque.bands(), 3);
  EXPECT_THAT(pixel(opaque, 0, 0), ElementsAre(0, 200, 0));
  RotateStep half = onto_green;
  half.background_opacity = 50;
  const VImage glassy = picture(samples::file(samples::photo(60, 40), ".png"), plan_for({60, 40}, {half}));
  ASSERT_EQ(glassy.bands(), 4);
  EXPECT_NEAR(pixel(glassy, 0, 0)[1], 200, 2);
  EXPECT_NEAR(pixel(glassy, 0, 0)[3], 127.5, 1);
  const VImage grey =
      picture(samples::file(samples::photo(60, 40).colourspace(VIPS_INTERPRETATION_B_W), ".png"),
              plan_for({60, 40}, {onto_green}));
  EXPECT_THAT(pixel(grey, 0, 0), ElementsAre(0, 200, 0));
}

TEST(Draw, TheCanvasOfATurnIsWhatThePlannerCounts) {
  const std::string file = samples::file(samples::photo(61, 40), ".png");
  for (double degrees = 1; degrees < 360; degrees += 7.3) {
    EXPECT_NO_THROW(drawn(file, plan_for({61, 40}, {turn(degrees)}))) << degrees;
  }
}

TEST(Draw, GrayscaleIsThatOfLibvips) {
  const VImage photo = samples::photo(50, 40);
  const VImage result = picture(samples::file(photo, ".png"), plan_for({50, 40}, {GrayscaleStep{}}));
  EXPECT_EQ(difference(result, photo.colourspace(VIPS_INTERPRETATION_B_W)), 0);
}

TEST(Draw, BlurIsThatOfLibvips) {
  const VImage noise = samples::noise(90, 70);
  const VImage result = picture(samples::file(noise, ".png"), plan_for({90, 70}, {BlurStep{3.5}}));
  EXPECT_EQ(difference(result, noise.gaussblur(3.5)), 0);
}

TEST(Draw, StepsFollowEachOther) {
  const VImage photo = samples::photo(400, 300);
  const VImage expected = photo.resize(0.5)
                              .extract_area(20, 10, 100, 80)
                              .rot90()
                              .colourspace(VIPS_INTERPRETATION_B_W)
                              .gaussblur(2);
  const VImage result = picture(samples::file(photo, ".png"),
                                plan_for({400, 300}, {ResizeStep{{200, 150}}, CropStep{20, 10, {100, 80}},
                                                      turn(90), GrayscaleStep{}, BlurStep{2}}));
  EXPECT_LE(difference(result, expected), 1);
}

TEST(Draw, OnePixelIsAnImage) {
  const std::string file = samples::file(samples::uniform(1, 1, {10, 200, 30}), ".png");
  for (const Format format : {Format::jpg, Format::png, Format::webp, Format::avif, Format::gif}) {
    const VImage same = picture(file, plan_for({1, 1}, {}, format));
    EXPECT_EQ(same.width() * same.height(), 1);
    const VImage larger = picture(file, plan_for({1, 1}, {ResizeStep{{5, 4}}}, format));
    EXPECT_EQ(larger.width() * larger.height(), 20);
    EXPECT_NEAR(pixel(larger, 2, 2)[1], 200, 12);
  }
}

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
  const VImage inks = photo.icc_transform("cmyk", VImage::option()->set("input_profile", "srgb"));
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

// TIFF may hold more channels than a colour has: inks, masks. One more than the colour is its opacity; what
// more of them mean is not known.
TEST(Draw, ChannelsWithoutAMeaningAreLeftOut) {
  const VImage photo = samples::photo(60, 40);
  const VImage grey = photo.colourspace(VIPS_INTERPRETATION_B_W);
  for (const VImage& color : {photo, grey}) {
    for (const std::vector<double>& more :
         std::vector<std::vector<double>>{{7, 9}, {7, 9, 200}, {7, 9, 1, 2}}) {
      const std::string file = samples::file(color.bandjoin_const(more), ".tif");
      for (const std::vector<Step>& steps :
           std::vector<std::vector<Step>>{{}, {turn(180)}, {ResizeStep{{30, 20}}}}) {
        const VImage result = picture(file, plan_for({60, 40}, steps));
        EXPECT_EQ(result.bands(), color.bands());
        if (steps.empty()) {
          EXPECT_LE(difference(result, color), 1);
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

// ---- formats

TEST(Draw, EveryFormatShowsTheSamePicture) {
  const VImage photo = samples::photo(120, 90);
  const std::string file = samples::file(photo, ".png");
  const std::vector<std::pair<Format, const char*>> formats{{Format::jpg, "jpegload_buffer"},
                                                            {Format::png, "pngload_buffer"},
                                                            {Format::webp, "webpload_buffer"},
                                                            {Format::avif, "heifload_buffer"},
                                                            {Format::gif, "gifload_buffer"}};
  for (const auto& [format, loader] : formats) {
    const std::string bytes = drawn(file, plan_for({120, 90}, {}, format));
    const VImage result = samples::open(bytes);
    EXPECT_STREQ(result.get_string("vips-loader"), loader);
    EXPECT_LE(
        (result.extract_band(0, VImage::option()->set("n", 3)).cast(VIPS_FORMAT_FLOAT) - photo).abs().avg(),
        6)
        << name_of(format);
  }
}

TEST(Draw, LosslessIsWithoutLoss) {
  const VImage noise = samples::noise(64, 64);
  Plan plan = plan_for({64, 64}, {}, Format::webp);
  plan.encoding.lossless = true;
  EXPECT_EQ(difference(picture(samples::file(noise, ".png"), plan), noise), 0);
  // libheif 1.15 converts to YCbCr, which rounds.
  plan.encoding.format = Format::avif;
  EXPECT_LE(difference(picture(samples::file(noise, ".png"), plan), noise), 1);
}

TEST(Draw, QualityChangesTheSize) {
  const std::string file = samples::file(samples::noise(100, 100), ".png");
  for (const Format format : {Format::jpg, Format::webp, Format::avif}) {
    Plan plan = plan_for({100, 100}, {}, format);
    const std::size_t fine = drawn(file, plan).size();
    plan.encoding.quality = 30;
    EXPECT_LT(drawn(file, plan).size(), fine) << name_of(format);
  }
  Plan plan = plan_for({100, 100}, {GrayscaleStep{}, BlurStep{20}});
  plan.encoding.png_compression_level = 0;
  const std::size_t plain = drawn(file, plan).size();
  plan.encoding.png_compression_level = 9;
  EXPECT_LT(drawn(file, plan).size(), plain);
}

TEST(Draw, MetadataIsLeftOut) {
  VImage image = samples::photo(40, 30).copy();
  image.set("exif-ifd0-Make", "Secret (Secret, ASCII, 7 components, 7 bytes)");
  const std::string file = samples::file(image, ".jpg");
  ASSERT_NE(samples::open(file).get_typeof("exif-data"), 0U);
  for (const Format format : {Format::jpg, Format::png, Format::webp, Format::avif, Format::gif}) {
    EXPECT_EQ(drawn(file, plan_for({40, 30}, {}, format)).find("Secret"), std::string::npos)
        << name_of(format);
  }
}

// ---- animations

class EveryAnimation : public testing::TestWithParam<std::pair<const char*, Format>> {};

INSTANTIATE_TEST_SUITE_P(Formats, EveryAnimation,
                         testing::Values(std::pair{".gif", Format::gif}, std::pair{".gif", Format::webp},
                                         std::pair{".webp[lossless]", Format::webp},
                                         std::pair{".webp[lossless]", Format::gif}));

void expect_frames(const VImage& result, Size size, const samples::Animation& source) {
  ASSERT_EQ(result.get_int("n-pages"), static_cast<int>(source.colors.size()));
  ASSERT_EQ(result.get_int("page-height"), size.height);
  ASSERT_EQ(result.width(), size.width);
  EXPECT_EQ(result.get_array_int("delay"), source.delays);
  EXPECT_EQ(result.get_int("loop"), source.loop);
  for (std::size_t i = 0; i < source.colors.size(); ++i) {
    const VImage frame = result.extract_area(0, static_cast<int>(i) * size.height, size.width, size.height)
                             .extract_band(0, VImage::option()->set("n", 3));
    EXPECT_LE(difference(frame, samples::uniform(size.width, size.height, source.colors[i])), 8)
        << "frame " << i;
  }
}

TEST_P(EveryAnimation, KeepsItsFramesThroughResizeAndCrop) {
  const samples::Animation source;
  Plan plan = plan_for({40, 30}, {ResizeStep{{27, 20}}, CropStep{3, 2, {13, 17}}}, GetParam().second);
  plan.animated = true;
  const std::string bytes = drawn(samples::animated(source, GetParam().first), plan);
  expect_frames(samples::open(bytes, "n=-1"), {13, 17}, source);
}

TEST_P(EveryAnimation, KeepsItsFramesThroughEveryOtherStep) {
  samples::Animation source;
  source.colors = {{80, 80, 80}, {200, 200, 200}, {140, 140, 140}};
  const std::vector<Step> steps{turn(90), BlurStep{2}, SmartCropStep{{20, 20}}, GrayscaleStep{}};
  Plan plan = plan_for({40, 30}, steps, GetParam().second);
  plan.animated = true;
  const std::string bytes = drawn(samples::animated(source, GetParam().first), plan);
  expect_frames(samples::open(bytes, "n=-1"), {20, 20}, source);
}

TEST_P(EveryAnimation, KeepsEndlessLoops) {
  samples::Animation source;
  source.loop = 0;
  Plan plan = plan_for({40, 30}, {}, GetParam().second);
  plan.animated = true;
  const std::string bytes = drawn(samples::animated(source, GetParam().first), plan);
  expect_frames(samples::open(bytes, "n=-1"), {40, 30}, source);
}

TEST_P(EveryAnimation, IsItsFirstFrameInAStillFormat) {
  const std::string file = samples::animated({}, GetParam().first);
  for (const Format format : {Format::jpg, Format::png, Format::webp, Format::gif}) {
    const VImage result = samples::open(drawn(file, plan_for({40, 30}, {ResizeStep{{20, 15}}}, format)), "");
    EXPECT_EQ(result.width(), 20);
    EXPECT_EQ(result.height(), 15);
    EXPECT_NEAR(pixel(result, 10, 7)[0], 255, 3);
    EXPECT_NEAR(pixel(result, 10, 7)[1], 0, 3);
  }
}

TEST(Draw, TurnsAnAnimationWithTransparentCorners) {
  Plan plan = plan_for({40, 30}, {turn(45)}, Format::webp);
  plan.animated = true;
  plan.encoding.lossless = true;
  const VImage result = samples::open(drawn(samples::animated({}, ".gif"), plan), "n=-1");
  const int page = result.get_int("page-height");
  for (int frame = 0; frame < 3; ++frame) {
    EXPECT_EQ(pixel(result, 0, frame * page)[3], 0);
    EXPECT_EQ(pixel(result, result.width() / 2, frame * page + page / 2)[3], 255);
    EXPECT_NEAR(pixel(result, result.width() / 2, frame * page + page / 2)[static_cast<std::size_t>(frame)],
                255, 2);
  }
}

TEST(Draw, CutsAllFramesAtTheSamePlace) {
  std::vector<VImage> frames;
  for (const int x : {5, 65}) {
    VImage frame = samples::uniform(90, 30, {90, 90, 90}).copy_memory();
    frame.draw_rect({255, 40, 40}, x, 5, 20, 20, VImage::option()->set("fill", TRUE));
    frames.push_back(frame);
  }
  VImage joined = VImage::arrayjoin(frames, VImage::option()->set("across", 1)).copy();
  joined.set("page-height", 30);
  joined.set("delay", std::vector<int>{10, 10});
  Plan plan = plan_for({90, 30}, {SmartCropStep{{30, 30}}}, Format::webp);
  plan.animated = true;
  plan.encoding.lossless = true;
  const VImage result = samples::open(drawn(samples::file(joined, ".webp[lossless]"), plan), "n=-1");
  EXPECT_EQ(result.extract_area(0, 0, 30, 30).extract_band(0).max(), 255);
  EXPECT_EQ(result.extract_area(0, 30, 30, 30).extract_band(0).max(), 90);
}

// ---- drawings

constexpr std::string_view circle =
    "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'>"
    "<rect width='20' height='20' fill='#f00'/></svg>";

TEST(Draw, AnSvgIsDrawnAtItsSize) {
  const VImage result = picture(circle, plan_for({40, 20}, {}));
  EXPECT_EQ(result.width(), 40);
  EXPECT_THAT(pixel(result, 5, 5), ElementsAre(255, 0, 0, 255));
  EXPECT_EQ(pixel(result, 30, 5)[3], 0);
}

TEST(Draw, AnSvgIsDrawnSharplyAtAnySize) {
  const VImage result = picture(circle, plan_for({40, 20}, {ResizeStep{{400, 200}}}));
  EXPECT_EQ(result.width(), 400);
  EXPECT_EQ(pixel(result, 198, 5)[3], 255);
  EXPECT_EQ(pixel(result, 201, 5)[3], 0);
  const VImage stretched = picture(circle, plan_for({40, 20}, {ResizeStep{{100, 200}}}));
  EXPECT_EQ(stretched.width(), 100);
  EXPECT_EQ(stretched.height(), 200);
  const VImage planned_larger = picture(circle, plan_for({80, 40}, {}));
  EXPECT_EQ(planned_larger.width(), 80);
}

TEST(Draw, AnSvgMayEmbedABitmap) {
  const std::string png = samples::file(samples::uniform(8, 8, {0, 0, 255}), ".png");
  gchar* base64 = g_base64_encode(reinterpret_cast<const guchar*>(png.data()), png.size());
  const std::string drawing =
      "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><image width='8' height='8' "
      "href='data:image/png;base64," +
      std::string(base64) + "'/></svg>";
  g_free(base64);
  EXPECT_THAT(pixel(picture(drawing, plan_for({8, 8}, {})), 4, 4), ElementsAre(0, 0, 255, 255));
}

// ---- refusals

TEST(Draw, APlanForAnotherSourceIsRefused) {
  const auto result = draw_one(samples::file(samples::photo(40, 30), ".png"), plan_for({41, 30}, {}), limits);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::internal);
}

TEST(Draw, ACropThatLeavesTheImageIsRefused) {
  const auto result = draw_one(samples::file(samples::photo(40, 30), ".png"),
                               plan_for({40, 30}, {CropStep{10, 0, {31, 30}}}), limits);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::internal);
}

TEST(Draw, OutputIsLimited) {
  const std::string file = samples::file(samples::photo(40, 30), ".png");
  protocol::Limits few = limits;
  few.output_pixels = 100;
  const auto too_many = draw_one(file, plan_for({40, 30}, {ResizeStep{{11, 10}}}), few);
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error().code, ErrorCode::unprocessable);
  EXPECT_TRUE(draw_one(file, plan_for({40, 30}, {ResizeStep{{10, 10}}}), few));
  EXPECT_TRUE(draw_one(file, plan_for({40, 30}, {GrayscaleStep{}, ResizeStep{{10, 10}}}), few))
      << "a step may work on a source that is larger than any result may be";
  few = limits;
  few.output_side = 50;
  EXPECT_FALSE(draw_one(file, plan_for({40, 30}, {ResizeStep{{51, 1}}}), few));
}

TEST(Draw, AFileThatIsCutOffIsNotHalfDrawn) {
  for (const char* suffix : {".jpg", ".png", ".webp", ".tif", ".avif"}) {
    const std::string whole = samples::file(samples::noise(150, 120), suffix);
    const std::string half = whole.substr(0, whole.size() / 2);
    EXPECT_THROW(drawn(half, plan_for({150, 120}, {})), std::exception) << suffix;
  }
}

// ---- measurements

Measured measured(const VImage& image, const std::vector<Step>& steps, Measurement measurement) {
  const std::string file = samples::file(image, ".png");
  const File bytes{file};
  const Plan plan = plan_for({image.width(), image.height()}, steps);
  auto result = measure(Files(&bytes, 1), plan, measurement, limits);
  if (!result) throw std::runtime_error(result.error().message.text);
  return *std::move(result);
}

Measurement trim(double fuzzy) {
  return {.kind = Measurement::Kind::trim, .fuzzy = fuzzy};
}

TEST(Measure, EntropyIsInBits) {
  EXPECT_THAT(measured(samples::uniform(20, 10, {80, 80, 80}), {}, {}), ElementsAre(0));
  VImage halves = samples::uniform(20, 10, {0, 0, 0}).copy_memory();
  halves.draw_rect({255, 255, 255}, 0, 0, 10, 10, VImage::option()->set("fill", TRUE));
  EXPECT_THAT(measured(halves, {}, {}), ElementsAre(testing::DoubleNear(1, 1e-9)));
  // The steps come first.
  EXPECT_THAT(measured(halves, {CropStep{.left = 2, .top = 2, .size = {4, 4}}}, {}), ElementsAre(0));
}

TEST(Measure, TrimFindsWhatIsNotBackground) {
  VImage box = samples::uniform(40, 30, {250, 250, 250}).copy_memory();
  box.draw_rect({240, 250, 250}, 3, 4, 5, 6, VImage::option()->set("fill", TRUE));
  box.draw_rect({10, 20, 30}, 20, 10, 11, 7, VImage::option()->set("fill", TRUE));
  EXPECT_THAT(measured(box, {}, trim(0)), ElementsAre(3, 4, 28, 13));
  EXPECT_THAT(measured(box, {}, trim(5)), ElementsAre(20, 10, 11, 7));
  EXPECT_THAT(measured(box, {}, trim(100)), ElementsAre(0, 0, 40, 30));
}

TEST(Measure, TrimSeesTransparencyAndLeavesOneColorAlone) {
  VImage hidden = samples::uniform(10, 10, {9, 9, 9, 0}).copy_memory();
  hidden.draw_rect({9, 9, 9, 255}, 4, 5, 2, 3, VImage::option()->set("fill", TRUE));
  EXPECT_THAT(measured(hidden, {}, trim(0)), ElementsAre(4, 5, 2, 3));
  EXPECT_THAT(measured(samples::uniform(1, 1, {9, 9, 9}), {}, trim(0)), ElementsAre(0, 0, 1, 1));
}

// What is measured is on its way to a smaller result.
TEST(Measure, IsNotLimitedAsResultsAre) {
  VImage image = samples::uniform(100, 40, {9, 9, 9}).copy_memory();
  image.draw_rect({90, 9, 9}, 4, 5, 2, 3, VImage::option()->set("fill", TRUE));
  const std::string file = samples::file(image, ".png");
  const File bytes{file};
  protocol::Limits small = limits;
  small.output_side = 99;
  small.output_pixels = 3'999;
  const auto box = measure(Files(&bytes, 1), plan_for({100, 40}, {}), trim(0), small);
  ASSERT_TRUE(box) << box.error().message.text;
  EXPECT_THAT(*box, ElementsAre(4, 5, 2, 3));
}

// ---- the format that was written

Drawing drawing_of(std::string_view bytes, const Plan& plan) {
  Result<Drawing> result = draw_one(bytes, plan, limits);
  if (!result) throw std::runtime_error(result.error().message.text + result.error().detail.text);
  return std::move(*result);
}

TEST(DrawFormats, ADrawingAsItIsIsTheFileItself) {
  const std::string svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='7'><path/></svg>";
  Plan plan = plan_for({9, 7}, {}, Format::svg);
  plan.encoding.as_it_is = true;
  EXPECT_EQ(drawing_of(svg, plan).bytes, svg);
  const std::string active = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='7' onload='1'/>";
  const Drawing bitmap = drawing_of(active, plan);
  EXPECT_EQ(bitmap.format, Format::svg);
  EXPECT_EQ(bitmap.bytes.find("onload"), std::string::npos);
}

TEST(DrawFormats, TransparencyDecidesBetweenTheTwo) {
  Plan plan = plan_for({20, 10}, {}, Format::jpg);
  plan.if_transparent = Encoding{.format = Format::webp};
  const auto format = [&](std::vector<double> color) {
    return drawing_of(samples::file(samples::uniform(20, 10, std::move(color)), ".png"), plan).format;
  };
  EXPECT_EQ(format({9, 9, 9, 254}), Format::webp);
  EXPECT_EQ(format({9, 9, 9, 255}), Format::jpg);
  EXPECT_EQ(format({9, 9, 9}), Format::jpg);
  plan.steps = {turn(30)};
  EXPECT_EQ(format({9, 9, 9}), Format::webp);
}

TEST(DrawFormats, FilmsAreNoLargerThanPlayersShow) {
  const std::string png = samples::file(samples::uniform(1, 1, {9, 9, 9}), ".png");
  for (const Format format : {Format::mp4, Format::webm}) {
    const Plan plan = plan_for({1, 1}, {ResizeStep{{6000, 5943}}}, format);
    EXPECT_THROW(drawn(png, plan), Refused);
  }
}

TEST(DrawFormats, SmallJpeg2000KeepsItsColour) {
  for (const int side : {1, 16, 64, 128}) {
    const std::string png = samples::file(samples::uniform(side, side, {255, 255, 255}), ".png");
    Plan plan = plan_for({side, side}, {}, Format::jp2);
    plan.encoding.quality = 40;
    EXPECT_EQ(samples::open(drawn(png, plan)).min(), 255) << side;
  }
}

TEST(DrawFormats, APaletteHasAtMostSoManyColours) {
  for (const Format format : {Format::png, Format::webp}) {
    Plan plan = plan_for({64, 48}, {}, format);
    plan.encoding.lossless = true;
    plan.encoding.palette_quality = 90;
    const VImage image = picture(samples::file(samples::noise(64, 48), ".png"), plan);
    ASSERT_EQ(image.width(), 64);
    std::set<std::vector<double>> colors;
    for (int at = 0; at < 64 * 48; ++at)
      colors.insert(image.getpoint(at % 64, at / 64));
    EXPECT_LE(colors.size(), 256U) << name_of(format);
  }
}

}  // namespace
}  // namespace rucola::render::worker
