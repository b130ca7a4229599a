#include "render/worker/drawing/repack.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/sample_images.h"

namespace rucola::render::worker {
namespace {

using samples::VImage;
using testing::HasSubstr;

constexpr protocol::Limits limits{.source_pixels = 225'000'000,
                                  .source_frames = 1'000,
                                  .output_pixels = 100'000'000,
                                  .output_side = 16'383,
                                  .cpu_seconds = 60};

std::string tiff(const VImage& image, const std::string& options = "") {
  return samples::file(image, ".tif" + options);
}

VImage load(const Drawing& drawing) {
  return VImage::new_from_buffer(drawing.bytes.data(), drawing.bytes.size(), "").copy_memory();
}

void expect_same_pixels(const VImage& one, const VImage& other) {
  ASSERT_EQ(one.width(), other.width());
  ASSERT_EQ(one.height(), other.height());
  ASSERT_EQ(one.bands(), other.bands());
  ASSERT_EQ(one.format(), other.format());
  EXPECT_EQ((one - other).abs().max(), 0);
}

std::string why_not(std::string_view bytes, Repacking how = Repacking::lossless) {
  const auto repacked = repack(bytes, how, limits);
  if (repacked) return "repacked";
  return repacked.error().code == ErrorCode::unsupported_media_type ? repacked.error().message.text
                                                                    : "another error";
}

VImage deep(const VImage& image) {
  const bool grey = image.interpretation() == VIPS_INTERPRETATION_B_W;
  return (image * 257 - 100)
      .cast(VIPS_FORMAT_USHORT)
      .copy(VImage::option()->set("interpretation",
                                  grey ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_RGB16));
}

VImage grey(const VImage& image) {
  return image.extract_band(1).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W));
}

struct Pixels {
  std::string name;
  VImage (*make)();
};

class Lossless : public testing::TestWithParam<Pixels> {};

INSTANTIATE_TEST_SUITE_P(Pixels, Lossless,
                         testing::Values(Pixels{"rgb", [] { return samples::photo(90, 60); }},
                                         Pixels{"rgba", [] { return samples::translucent(90, 60); }},
                                         Pixels{"grey", [] { return grey(samples::photo(90, 60)); }},
                                         Pixels{"rgb_16_bits", [] { return deep(samples::photo(90, 60)); }},
                                         Pixels{"grey_16_bits",
                                                [] { return deep(grey(samples::photo(90, 60))); }}),
                         [](const auto& info) { return info.param.name; });

TEST_P(Lossless, KeepsEveryPixel) {
  const VImage image = GetParam().make();
  const auto repacked = repack(tiff(image), Repacking::lossless, limits);
  ASSERT_TRUE(repacked) << repacked.error().message.text;
  EXPECT_EQ(repacked->format, Format::png);
  expect_same_pixels(load(*repacked), image);
}

TEST(Repack, KeepsTheProfile) {
  const VImage image = samples::photo(90, 60).icc_transform("p3");
  const auto repacked = repack(tiff(image), Repacking::lossless, limits);
  ASSERT_TRUE(repacked);
  const VImage png = load(*repacked);
  expect_same_pixels(png, image);
  std::size_t before = 0;
  std::size_t after = 0;
  const void* kept = png.get_blob(VIPS_META_ICC_NAME, &after);
  const void* original = image.get_blob(VIPS_META_ICC_NAME, &before);
  EXPECT_EQ(std::string_view(static_cast<const char*>(kept), after),
            std::string_view(static_cast<const char*>(original), before));
}

TEST(Repack, IsUpright) {
  for (int orientation = 2; orientation <= 8; ++orientation) {
    VImage image = samples::photo(90, 60).copy();
    image.set(VIPS_META_ORIENTATION, orientation);
    const auto repacked = repack(tiff(image), Repacking::lossless, limits);
    ASSERT_TRUE(repacked);
    const VImage png = load(*repacked);
    expect_same_pixels(png, image.autorot().copy_memory());
    EXPECT_TRUE(png.get_typeof(VIPS_META_ORIENTATION) == 0 || png.get_int(VIPS_META_ORIENTATION) == 1);
  }
}

TEST(Repack, WhatAPngCanNotHoldStaysAsItIs) {
  const VImage photo = samples::photo(90, 60);
  EXPECT_THAT(why_not(tiff(photo.cast(VIPS_FORMAT_FLOAT))), HasSubstr("can't hold"));
  EXPECT_THAT(why_not(tiff(photo.cast(VIPS_FORMAT_UINT))), HasSubstr("can't hold"));
  EXPECT_THAT(why_not(tiff(photo.colourspace(VIPS_INTERPRETATION_CMYK))), HasSubstr("can't hold"));
  EXPECT_THAT(why_not(tiff(photo.colourspace(VIPS_INTERPRETATION_LAB))), HasSubstr("can't hold"));
  EXPECT_THAT(why_not(tiff(photo.bandjoin(photo))), HasSubstr("can't hold"));
}

TEST(Repack, WhatOthersShowOfItIsConvertedWhereThatIsAskedFor) {
  const VImage photo = samples::photo(90, 60);
  for (const VImage& image : {photo.colourspace(VIPS_INTERPRETATION_CMYK), deep(photo), photo}) {
    const auto png = repack(tiff(image), Repacking::png, limits);
    ASSERT_TRUE(png) << png.error().message.text;
    EXPECT_EQ(png->format, Format::png);
    EXPECT_EQ(load(*png).format(), VIPS_FORMAT_UCHAR);
    EXPECT_LT((load(*png) - photo).abs().avg(), 30);
    const auto jpg = repack(tiff(image), Repacking::jpg, limits);
    ASSERT_TRUE(jpg);
    EXPECT_EQ(jpg->format, Format::jpg);
    EXPECT_LT((load(*jpg) - load(*png)).abs().avg(), 2);
  }
}

TEST(Repack, WhereOneCanSeeThroughItIsAWebp) {
  const auto webp = repack(tiff(samples::translucent(90, 60)), Repacking::jpg, limits);
  ASSERT_TRUE(webp);
  EXPECT_EQ(webp->format, Format::webp);
  EXPECT_TRUE(load(*webp).has_alpha());
  const VImage opaque = samples::photo(90, 60).bandjoin(255);
  const auto jpg = repack(tiff(opaque), Repacking::jpg, limits);
  ASSERT_TRUE(jpg);
  EXPECT_EQ(jpg->format, Format::jpg);
}

TEST(Repack, SeveralPagesStayAsTheyAre) {
  VImage pages = samples::photo(90, 60).join(samples::photo(90, 60), VIPS_DIRECTION_VERTICAL).copy();
  pages.set(VIPS_META_PAGE_HEIGHT, 60);
  for (const Repacking how : {Repacking::lossless, Repacking::png, Repacking::jpg})
    EXPECT_THAT(why_not(tiff(pages), how), HasSubstr("several pages"));
}

TEST(Repack, OtherFormatsStayAsTheyAre) {
  for (const char* suffix : {".jpg", ".png", ".webp", ".gif"}) {
    for (const Repacking how : {Repacking::lossless, Repacking::png, Repacking::jpg})
      EXPECT_THAT(why_not(samples::file(samples::photo(90, 60), suffix), how), HasSubstr("only TIFF"));
  }
}

/// A TIFF may have a JPEG in it.
TEST(Repack, WhatWouldOnlyBecomeLargerStaysAsItIs) {
  const std::string small = tiff(samples::noise(150, 120), "[compression=jpeg,Q=20]");
  EXPECT_THAT(why_not(small), HasSubstr("larger"));
  EXPECT_EQ(why_not(small, Repacking::png), "repacked");
}

TEST(Repack, WhatIsDamagedIsSaid) {
  const std::string whole = tiff(samples::noise(150, 120));
  bool failed = false;
  try {
    failed = !repack(std::string_view(whole).substr(0, whole.size() / 2), Repacking::lossless, limits);
  } catch (const vips::VError&) {
    failed = true;  // as a worker takes it, too
  }
  EXPECT_TRUE(failed);
}

}  // namespace
}  // namespace rucola::render::worker
