// The files that a worker writes, by format.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/operations/pixels.h"
#include "render/worker/drawn.h"

namespace rucola::render::worker {
namespace {

using samples::difference;
using samples::VImage;

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

// libjxl halves the picture from a distance of 20 on: a quality of 4 gave a larger file than one of 5 to 9.
TEST(Draw, TheLowestQualitiesOfJpegXlAreTheSmallest) {
  const std::string file = samples::file(samples::photo(400, 300), ".png");
  Plan plan = plan_for({400, 300}, {}, Format::jxl);
  std::size_t above = drawn(file, plan).size();
  for (const std::int32_t quality : {20, 10, 5, 4, 3, 2, 1}) {
    plan.encoding.quality = quality;
    const std::string made = drawn(file, plan);
    EXPECT_LE(made.size(), above * 101 / 100) << quality;  // a few bytes more or less
    EXPECT_EQ(samples::open(made).width(), 400);
    above = made.size();
  }
}

// OpenJPEG made 224 of the 255 of narrow white areas, and 14 of black ones.
TEST(Draw, NarrowFlatPicturesKeepTheirColourInJpeg2000) {
  const std::vector<std::vector<double>> colors{{255, 255, 255}, {0, 0, 0}, {200, 30, 40}};
  for (const auto& [width, height] :
       {std::pair(64, 64), std::pair(1, 1), std::pair(1000, 90), std::pair(600, 255)}) {
    for (const auto& color : colors) {
      const VImage flat = samples::uniform(width, height, color);
      for (const std::int32_t quality : {10, 40, 90}) {
        Plan plan = plan_for({width, height}, {}, Format::jp2);
        plan.encoding.quality = quality;
        EXPECT_LE((picture(samples::file(flat, ".png"), plan).cast(VIPS_FORMAT_FLOAT) - flat).abs().max(), 8)
            << width << " x " << height << " at " << quality;
      }
    }
  }
}

TEST(Draw, SmallPhotosHaveLossesInJpeg2000) {
  const std::string file = samples::file(samples::photo(150, 100), ".png");
  Plan plan = plan_for({150, 100}, {}, Format::jp2);
  plan.encoding.lossless = true;
  const std::size_t lossless = drawn(file, plan).size();
  plan.encoding.lossless = false;
  plan.encoding.quality = 40;
  const std::size_t usual = drawn(file, plan).size();
  plan.encoding.quality = 30;
  EXPECT_LT(drawn(file, plan).size(), usual);
  EXPECT_LT(usual, lossless);
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

TEST(Draw, AQuickPngIsFilteredWhereThatMakesItSmaller) {
  const VImage smooth = samples::photo(300, 200);
  Plan plan = plan_for({300, 200}, {}, Format::png);
  const std::string file = samples::file(smooth, ".png");
  const std::size_t usual = drawn(file, plan).size();
  plan.encoding.quick = true;
  EXPECT_LT(drawn(file, plan).size(), usual);
  EXPECT_EQ(difference(picture(file, plan), smooth), 0);
  // Columns of few colours: rows repeat each other, and differences of neighbours only add symbols.
  const VImage columns = samples::noise(300, 1).zoom(1, 200);
  plan.encoding.quick = false;
  const std::string drawing = samples::file(columns, ".png");
  const std::size_t plain = drawn(drawing, plan).size();
  plan.encoding.quick = true;
  EXPECT_LT(drawn(drawing, plan).size(), plain * 3 / 2);
  EXPECT_EQ(difference(picture(drawing, plan), columns), 0);
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
