#include "render/worker/drawing/draw.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/operations/pixels.h"
#include "render/worker/drawn.h"

// What a worker draws, against libvips called directly here.
namespace rucola::render::worker {
namespace {

using samples::difference;
using samples::VImage;
using testing::ElementsAre;

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

}  // namespace
}  // namespace rucola::render::worker
