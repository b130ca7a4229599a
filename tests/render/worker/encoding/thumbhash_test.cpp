#include "render/worker/encoding/thumbhash.h"

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "render/sample_images.h"

namespace rucola::render::worker {
namespace {

using samples::VImage;

VImage pattern(int width, int height, bool see_through) {
  std::vector<std::uint8_t> pixels;
  pixels.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (const int value : {x * 5 + y * 2, x * y, 255 - x * 2, see_through ? x * 8 : 255})
        pixels.push_back(static_cast<std::uint8_t>(value % 256 < 0 ? value % 256 + 256 : value % 256));
    }
  }
  const VImage image =
      VImage::new_from_memory_copy(pixels.data(), pixels.size(), width, height, 4, VIPS_FORMAT_UCHAR)
          .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
  return see_through ? image : image.extract_band(0, VImage::option()->set("n", 3)).copy_memory();
}

// What npm's package thumbhash 0.1.1 says of the same pixels. tests/conformance/test_thumbhash.py asks it
// itself.
TEST(ThumbHash, IsThatOfTheReference) {
  EXPECT_EQ(thumbhash(pattern(40, 30, false)), "5SQKXY5QZXZyh4h1iGiIhnB1B4u5");
  EXPECT_EQ(thumbhash(pattern(30, 40, true)), "ZyWCFAQ3oweKSIiUBS1Z8KUNd3eHiIh4Bw==");
  EXPECT_EQ(thumbhash(pattern(100, 20, false)), "4SYGaYZrQHpld1l3cHc3/dg=");
  EXPECT_EQ(thumbhash(pattern(16, 16, true)), "3+KBDQQktIfAhod4eNHAmPaCcHeIiIeIeA==");
}

TEST(ThumbHash, ALargePictureIsMadeSmallerFirst) {
  const std::string whole = thumbhash(samples::photo(1000, 500));
  EXPECT_EQ(thumbhash(samples::photo(1000, 500).thumbnail_image(100)), whole);
  EXPECT_EQ(whole.size(), thumbhash(samples::photo(100, 50)).size());
}

TEST(ThumbHash, GreyIsAColourToo) {
  EXPECT_EQ(thumbhash(samples::uniform(20, 20, {128})), thumbhash(samples::uniform(20, 20, {128, 128, 128})));
}

}  // namespace
}  // namespace rucola::render::worker
