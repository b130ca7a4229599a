#include "render/worker/video/tone_table.h"

#include <gtest/gtest.h>

#include "render/sample_images.h"
#include "render/worker/colors/source_colors.h"

namespace rucola::render::worker {
namespace {

using samples::VImage;

VImage of_16_bits(const VImage& image) {
  return (image * 257)
      .cast(VIPS_FORMAT_USHORT)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_RGB16))
      .copy_memory();
}

VImage difference(const VImage& picture, const ColorEncoding& encoding) {
  const VImage exact = in_encoding(picture, encoding).copy_memory();
  const VImage mapped = ToneTable(encoding).mapped(picture);
  EXPECT_EQ(mapped.format(), VIPS_FORMAT_UCHAR);
  return (mapped.cast(VIPS_FORMAT_FLOAT) - exact).abs();
}

TEST(ToneTable, IsNearlyAsExactAsWhatItIsMadeOf) {
  const VImage smooth = of_16_bits(samples::photo(160, 120));
  const VImage noise = of_16_bits(samples::noise(160, 120));
  for (const Transfer transfer : {Transfer::pq, Transfer::hlg}) {
    const ColorEncoding encoding{.primaries = bt2020_primaries, .transfer = transfer};
    EXPECT_LE(difference(smooth, encoding).avg(), 0.25);
    EXPECT_LE(difference(noise, encoding).avg(), 0.25);
    EXPECT_LE(difference(smooth, encoding).max(), 24);
  }
}

TEST(ToneTable, BlackAndWhiteStay) {
  const ToneTable table({.primaries = bt2020_primaries, .transfer = Transfer::hlg});
  EXPECT_EQ(table.mapped(of_16_bits(samples::uniform(2, 2, {0, 0, 0}))).max(), 0);
  EXPECT_EQ(table.mapped(of_16_bits(samples::uniform(2, 2, {255, 255, 255}))).min(), 255);
}

}  // namespace
}  // namespace rucola::render::worker
