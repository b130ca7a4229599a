#include "render/worker/encoding/png_packing.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vips/vips8>

#include "render/worker/structure/byte_cursor.h"
#include "render/worker/structure/png_chunk.h"

namespace rucola::render::worker {
namespace {

using testing::ElementsAre;
using vips::VImage;

std::string written(const VImage& image, int compression) {
  VipsBlob* const blob = image.pngsave_buffer(VImage::option()->set("compression", compression));
  std::size_t size = 0;
  const void* const data = vips_blob_get(blob, &size);
  std::string png(static_cast<const char*>(data), size);
  vips_area_unref(VIPS_AREA(blob));
  return png;
}

VImage read(const std::string& png) {
  VipsBlob* const blob = vips_blob_copy(png.data(), png.size());
  VImage image = VImage::pngload_buffer(blob).copy_memory();
  vips_area_unref(VIPS_AREA(blob));
  return image;
}

bool is_same(const VImage& one, const VImage& other) {
  return one.width() == other.width() && one.height() == other.height() && one.bands() == other.bands() &&
         one.format() == other.format() && (one - other).abs().max() == 0;
}

std::vector<std::string> chunks_of(const std::string& png) {
  constexpr std::size_t signature = 8;
  constexpr std::size_t checksum = 4;
  ByteCursor cursor(png);
  cursor.skip(signature);
  std::vector<std::string> types;
  while (cursor.has(signature)) {
    const std::size_t length = cursor.big32();
    types.emplace_back(cursor.take(4));
    EXPECT_TRUE(cursor.skip(length + checksum));
  }
  return types;
}

/// No multiple of anything, with all values in it.
VImage picture(int bands, VipsBandFormat format) {
  const VImage ramp = VImage::xyz(301, 203);
  const VImage mixed = (ramp.extract_band(0) * 7 + ramp.extract_band(1) * 13) % 256;
  VImage all = mixed;
  for (int band = 1; band < bands; ++band)
    all = all.bandjoin((mixed * (band + 1)) % 256);
  const bool is_deep = format == VIPS_FORMAT_USHORT;
  return (is_deep ? all * 257 : all)
      .cast(format)
      .copy(VImage::option()->set(
          "interpretation", bands < 3 ? (is_deep ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W)
                                      : (is_deep ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB)));
}

TEST(PngPacking, ChangesNoPixel) {
  for (const int bands : {1, 2, 3, 4}) {
    for (const VipsBandFormat format : {VIPS_FORMAT_UCHAR, VIPS_FORMAT_USHORT}) {
      const std::string stored = written(picture(bands, format), 0);
      for (const int level : {1, 6, 12}) {
        const std::string packed = packed_png(stored, level);
        EXPECT_LT(packed.size(), stored.size());
        EXPECT_TRUE(is_same(read(packed), read(stored))) << bands << " bands, level " << level;
      }
    }
  }
}

TEST(PngPacking, MakesLessOfItThanZlib) {
  const VImage image = picture(3, VIPS_FORMAT_UCHAR);
  EXPECT_LT(packed_png(written(image, 0), 10).size(), written(image, 9).size());
}

TEST(PngPacking, LeavesWhatIsAroundThePixels) {
  std::string stored = written(picture(3, VIPS_FORMAT_UCHAR), 0);
  constexpr std::size_t end_chunk = 12;
  std::string text;
  append_png_chunk(text, "tEXt", "behind the pixels");
  stored.insert(stored.size() - end_chunk, text);
  const std::string packed = packed_png(stored, 6);
  auto wanted = chunks_of(stored);
  const auto more = std::ranges::unique(wanted);
  wanted.erase(more.begin(), more.end());
  EXPECT_EQ(chunks_of(packed), wanted) << "the pixels are one chunk";
  EXPECT_TRUE(packed.contains("behind the pixels"));
  EXPECT_EQ(packed.substr(packed.size() - end_chunk), stored.substr(stored.size() - end_chunk));
}

}  // namespace
}  // namespace rucola::render::worker
