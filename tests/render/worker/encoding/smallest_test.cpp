#include "render/worker/encoding/smallest.h"

#include <gtest/gtest.h>

#include "render/worker/encoding/encode.h"
#include "render/worker/encoding/photo.h"
#include "render/worker/encoding/ssimulacra2.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// A few colours and hard edges, as a chart has them.
VImage chart() {
  VImage image = VImage::black(200, 200, VImage::option()->set("bands", 3))
                     .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
                     .new_from_image({255, 255, 255});
  image = image.cast(VIPS_FORMAT_UCHAR).copy_memory();
  for (int i = 0; i < 9; ++i)
    image.draw_rect({static_cast<double>(i * 28), 40, 200}, 10 + i * 20, 180 - i * 19, 14, i * 19,
                    VImage::option()->set("fill", true));
  return image;
}

/// What is wanted of tests in which something always fits.
Encoded smallest(const VImage& pixels, const std::vector<Encoding>& encodings) {
  return encode_smallest(pixels, encodings).value();
}

VImage decoded(const std::string& bytes) {
  return VImage::new_from_buffer(bytes.data(), bytes.size(), "").copy_memory();
}

Encoding lossy(Format format, double min_score) {
  return {.format = format, .quality = 95, .thorough = true, .min_score = min_score};
}

double score_of(const VImage& image, const Encoded& encoded) {
  return Ssimulacra2(image).score(decoded(encoded.bytes));
}

TEST(EncodeSmallest, ScoresWhatIsAskedForAndIsSmallerTheLessThatIs) {
  const VImage image = photo(320, 240);
  for (const Format format : {Format::jpg, Format::webp}) {
    std::size_t before = SIZE_MAX;
    for (const double asked : {88.0, 76.0, 55.0}) {
      const Encoded encoded = smallest(image, std::vector{lossy(format, asked)});
      EXPECT_GE(score_of(image, encoded), asked) << name_of(format);
      EXPECT_LT(encoded.bytes.size(), before) << name_of(format) << " " << asked;
      before = encoded.bytes.size();
    }
  }
}

TEST(EncodeSmallest, NeverGoesOverTheQualityGiven) {
  const VImage image = photo(160, 120);
  Encoding encoding = lossy(Format::jpg, 99.9);
  encoding.quality = 50;
  const Encoded encoded = smallest(image, std::vector{encoding});
  encoding.min_score = 0;
  EXPECT_EQ(encoded.bytes, encode(image, encoding));
}

TEST(EncodeSmallest, LargePicturesAreMeasuredOnTilesOfThem) {
  const VImage image = photo(1400, 900);
  const Encoded encoded = smallest(image, std::vector{lossy(Format::jpg, 76)});
  EXPECT_NEAR(score_of(image, encoded), 76, 2.5);
  const VImage strip = photo(20, 30'000);
  EXPECT_FALSE(smallest(strip, std::vector{lossy(Format::jpg, 76)}).bytes.empty());
}

TEST(EncodeSmallest, PicturesOfAFewPixelsAreMeasuredToo) {
  for (const Size size : {Size{1, 1}, Size{3, 7}, Size{1, 40}, Size{8, 8}}) {
    const VImage image = photo(size.width, size.height);
    const std::vector<Encoding> encodings{
        lossy(Format::jpg, 76),
        {.format = Format::png, .palette_quality = 98, .thorough = true, .min_score = 90}};
    EXPECT_FALSE(smallest(image, encodings).bytes.empty()) << size.width << " x " << size.height;
  }
}

TEST(EncodeSmallest, PhotosBecomeLossyAndChartsLossless) {
  const std::vector<Encoding> encodings{lossy(Format::jpg, 76),
                                        {.format = Format::png, .thorough = true, .size_counts = 0.8}};
  EXPECT_EQ(smallest(photo(160, 120), encodings).format, Format::jpg);
  EXPECT_EQ(smallest(chart(), encodings).format, Format::png);
}

TEST(EncodeSmallest, APaletteIsTakenOnlyWhereItCantBeSeen) {
  const std::vector<Encoding> encodings{
      {.format = Format::png, .thorough = true},
      {.format = Format::png, .palette_quality = 98, .thorough = true, .min_score = 90}};
  const auto is_palette = [](const std::string& png) { return png.at(25) == 3; };  // the colour type in IHDR
  EXPECT_TRUE(is_palette(smallest(chart(), encodings).bytes));
  EXPECT_FALSE(is_palette(smallest(photo(320, 240), encodings).bytes));
}

TEST(EncodeSmallest, TransparencyThatIsThereIsKept) {
  const std::vector<Encoding> encodings{{.format = Format::png, .thorough = true}, lossy(Format::jpg, 55)};
  const VImage opaque = photo(160, 120).bandjoin(255).copy_memory();
  const VImage clear = photo(160, 120).bandjoin(100).copy_memory();
  EXPECT_EQ(smallest(opaque, encodings).format, Format::jpg);
  EXPECT_EQ(smallest(clear, encodings).format, Format::png);
}

TEST(EncodeSmallest, NothingLargerFollowsTheFirst) {
  const VImage image = photo(160, 120);
  const Encoding first{.format = Format::jpg, .quality = 40};
  const std::vector<Encoding> others{first, {.format = Format::png, .thorough = true, .size_counts = 0.001}};
  EXPECT_EQ(smallest(image, others).bytes, encode(image, first)) << "as little as it would count";
  const std::vector<Encoding> itself_smaller{lossy(Format::jpg, 55),
                                             {.format = Format::png, .thorough = true, .size_counts = 0.001}};
  EXPECT_EQ(smallest(image, itself_smaller).format, Format::png);
}

TEST(EncodeSmallest, AJpegOfWhatCanBeSeenThroughBecomesSmallerToo) {
  const VImage clear = photo(160, 120).bandjoin(100).copy_memory();
  const Encoding first{.format = Format::jpg, .quality = 95};
  const Encoded encoded = smallest(clear, std::vector{first, lossy(Format::jpg, 55)});
  EXPECT_LT(encoded.bytes.size(), encode(clear, first).size());
}

/// Pixels that may stay as they were for a frame made the file of a photo larger.
TEST(EncodeSmallest, AnAnimationIsNotPackedIntoMore) {
  std::vector<VImage> frames;
  frames.reserve(3);
  for (int seed = 0; seed < 3; ++seed) {
    const VImage noise = VImage::gaussnoise(90, 60, VImage::option()->set("sigma", 3)->set("seed", seed));
    frames.push_back((photo(90, 60) + noise).cast(VIPS_FORMAT_UCHAR));
  }
  VImage joined = VImage::arrayjoin(frames, VImage::option()->set("across", 1)).copy_memory();
  joined.set("page-height", 60);
  const Encoding first{.format = Format::gif, .quality = 70};
  Encoding packed = first;
  packed.thorough = true;
  EXPECT_LE(smallest(joined, std::vector{first, packed}).bytes.size(), encode(joined, first).size());
}

TEST(EncodeSmallest, WhatIsReplacedByAColourIsComparedOverThatColour) {
  const VImage clear = photo(160, 120).bandjoin(100).copy_memory();
  Encoding encoding = lossy(Format::jpg, 76);
  encoding.flatten_onto = {255, 0, 0};
  const Encoded encoded = smallest(clear, std::vector{encoding});
  EXPECT_GE(score_of(as_written(clear, encoding), encoded), 76);
  EXPECT_LT(score_of(as_written(clear, encoding), encoded), 85) << "the quality has been lowered";
}

TEST(EncodeSmallest, WhatIsSearchedByLikenessHasNoMoreBytesThanItMay) {
  const VImage image = photo(320, 240);
  Encoding encoding = lossy(Format::jpg, 88);
  const std::size_t alike = smallest(image, {encoding}).bytes.size();
  encoding.max_bytes = static_cast<std::int32_t>(alike / 2);
  const Encoded encoded = smallest(image, {encoding});
  EXPECT_LE(encoded.bytes.size(), alike / 2);
  EXPECT_GT(encoded.bytes.size(), alike / 3) << "but no less than that takes";
}

TEST(EncodeSmallest, WhatIsTooLargeLeavesTheFieldToTheOthers) {
  const VImage image = photo(160, 120);
  const Encoding png{.format = Format::png, .quality = 100, .max_bytes = 12'000};
  const Encoding jpg{.format = Format::jpg, .quality = 90, .max_bytes = 12'000};
  EXPECT_EQ(smallest(image, {png, jpg}).format, Format::jpg);
  EXPECT_LE(smallest(image, {png, jpg}).bytes.size(), 12'000U);
  const auto none = encode_smallest(image, std::vector{png});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::unprocessable);
}

TEST(EncodeSmallest, AnErrorNamesTheSmallestOfThoseThatAreTooLarge) {
  const VImage image = photo(160, 120);
  const Encoding png{.format = Format::png, .quality = 100, .max_bytes = 100};
  const Encoding jpg{.format = Format::jpg, .quality = 90, .max_bytes = 100};
  const auto none = encode_smallest(image, std::vector{png, jpg});
  ASSERT_FALSE(none);
  const std::size_t least = encode(image, {.format = Format::jpg, .quality = 1}).size();
  EXPECT_NE(none.error().message.text.find(std::to_string(least) + " bytes as jpg"), std::string::npos)
      << none.error().message.text;
}

}  // namespace
}  // namespace rucola::render::worker
