#include <vector>

#include <gtest/gtest.h>

#include "render/operations/pixels.h"
#include "render/sample_images.h"

namespace rucola::render {
namespace {

using samples::VImage;

// A wide blur works on a small copy; libvips, told to cut its bell curve off as far out, on all pixels.
TEST(Blur, OfALargeImageLooksLikeThatOfEveryPixel) {
  constexpr double sigma = 10;
  VImage image = samples::photo(900, 700).copy_memory();
  image.draw_circle({255, 255, 255}, 450, 350, 120, VImage::option()->set("fill", TRUE));
  image.draw_rect({0, 0, 0}, 300, 100, 60, 500, VImage::option()->set("fill", TRUE));
  const VImage expected = image.gaussblur(
      sigma, VImage::option()->set("min_ampl", 0.011)->set("precision", VIPS_PRECISION_FLOAT));
  const VImage found = pixels::blurred(image, sigma, 30);
  ASSERT_EQ(found.width(), 900);
  ASSERT_EQ(found.height(), 700);
  const auto middle = [](const VImage& of) { return of.extract_area(40, 40, 820, 620); };
  EXPECT_LE(samples::difference(middle(found), middle(expected)), 3);
  EXPECT_LE(samples::difference(found, expected), 10);
}

TEST(Blur, ReachesNoFurtherThanItMay) {
  VImage image = samples::uniform(41, 41, {0}).copy_memory();
  image.draw_rect(std::vector<double>{255}, 20, 20, 1, 1);
  const VImage found = pixels::blurred(image, 100, 3);  // so flat that it is a box of 7 x 7
  EXPECT_NEAR(found.getpoint(20, 20)[0], 255.0 / 49, 1);
  EXPECT_NEAR(found.getpoint(17, 23)[0], 255.0 / 49, 1);
  EXPECT_EQ(found.getpoint(16, 20)[0], 0);
  EXPECT_EQ(found.getpoint(20, 24)[0], 0);
}

// Weights that far out are nothing; an image of a hundred megapixels would keep a worker busy for minutes.
TEST(Blur, LooksNoFurtherThanSigmaMakesSensible) {
  const VImage image = samples::photo(64, 64).copy_memory();
  const VImage found = pixels::blurred(image, 0.5, 50'000'000);
  EXPECT_EQ(samples::difference(found, pixels::blurred(image, 0.5, 20)), 0);
}

TEST(Blur, OfNextToNothingChangesNothing) {
  const VImage image = samples::photo(20, 20).copy_memory();
  EXPECT_EQ(samples::difference(pixels::blurred(image, 1e-200, 3), image), 0);
}

}  // namespace
}  // namespace rucola::render
