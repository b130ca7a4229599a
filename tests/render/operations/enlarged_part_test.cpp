#include <gtest/gtest.h>

#include "render/operations/pixels.h"
#include "render/sample_images.h"

// A part of an enlarged image against the whole that libvips makes, cut.
namespace rucola::render {
namespace {

using samples::VImage;

double farthest(const VImage& one, const VImage& other) {
  return (one.cast(VIPS_FORMAT_FLOAT) - other.cast(VIPS_FORMAT_FLOAT)).abs().max();
}

TEST(EnlargedPart, IsWhatACropLeavesOfTheWhole) {
  const VImage image = samples::noise(23, 301);
  for (const Size whole : {Size{92, 1204}, Size{85, 1113}, Size{23, 900}, Size{230, 3010}}) {
    const VImage enlarged = pixels::apply(image, ResizeStep{whole});
    for (const int top : {0, 1, 317, whole.height / 2, whole.height - 20}) {
      const EnlargedPartStep part{.whole = whole, .left = 3, .top = top, .size = {19, 20}};
      const VImage made = pixels::apply(image, part);
      ASSERT_EQ(made.width(), 19);
      ASSERT_EQ(made.height(), 20);
      EXPECT_LE(farthest(made, enlarged.extract_area(3, top, 19, 20)), 1) << whole.height << " " << top;
    }
  }
}

TEST(EnlargedPart, TransparentColoursDontBleed) {
  const VImage left = samples::uniform(4, 40, {255, 0, 0, 0});
  const VImage image = left.join(samples::uniform(4, 40, {0, 0, 255, 255}), VIPS_DIRECTION_HORIZONTAL);
  const Size whole{80, 400};
  const VImage made =
      pixels::apply(image, EnlargedPartStep{.whole = whole, .left = 30, .top = 9, .size = {20, 20}});
  EXPECT_LE(farthest(made, pixels::apply(image, ResizeStep{whole}).extract_area(30, 9, 20, 20)), 1);
  EXPECT_LE(made.extract_band(0).max(), 1);
}

TEST(EnlargedPart, OfAStripNoMoreIsMadeThanIsSeen) {
  const VImage strip = samples::noise(1, 10'000);
  const EnlargedPartStep part{.whole = {1000, 10'000'000}, .left = 0, .top = 4'999'500, .size = {1000, 1000}};
  const VImage made = pixels::apply(strip, part);
  // Rows 4999 and 5000 of the source meet in the middle.
  for (const auto& [y, row] : {std::pair(0, 4999), std::pair(999, 5000)}) {
    const auto near = strip.getpoint(0, row);
    const auto next = strip.getpoint(0, row == 4999 ? 5000 : 4999);
    const auto found = made.getpoint(500, y);
    for (std::size_t band = 0; band < found.size(); ++band)
      EXPECT_NEAR(found[band], (near[band] + next[band]) / 2, 40 + std::abs(near[band] - next[band]) / 2);
  }
}

}  // namespace
}  // namespace rucola::render
