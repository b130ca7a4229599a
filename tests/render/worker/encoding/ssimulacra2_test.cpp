#include "render/worker/encoding/ssimulacra2.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

using vips::VImage;

using Value = std::function<int(int x, int y, int band)>;

VImage picture(int width, int height, const Value& value) {
  std::vector<std::uint8_t> bytes;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int band = 0; band < 3; ++band)
        bytes.push_back(static_cast<std::uint8_t>(std::clamp(value(x, y, band), 0, 255)));
  return VImage::new_from_memory(bytes.data(), bytes.size(), width, height, 3, VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
      .copy_memory();
}

int noise(int x, int y, int band, int range) {
  return (x * 7919 + y * 104'729 + x * y * 31 + band * 1543) % range - range / 2;
}

/// Smooth colours, an edge, and a little noise.
int scene(int x, int y, int band) {
  const double smooth = 118 + 55 * std::sin(x / 17.0 + band) + 40 * std::cos(y / (23.0 + 5 * band));
  return static_cast<int>(std::lround(smooth)) + ((x + 2 * y) % 150 < 75 ? 15 : -15) + noise(x, y, band, 9);
}

int posterized(int x, int y, int band) {
  return scene(x, y, band) / 24 * 24 + 12;
}

int smoothed(int x, int y, int band) {
  int sum = 0;
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx)
      sum += scene(x + dx, y + dy, band);
  return sum / 9;
}

int tinted(int x, int y, int band) {
  return scene(x, y, band) + (band == 2 ? 12 : 0);
}

int noisy(int x, int y, int band) {
  return scene(x, y, band) + noise(y, x, band, 15);
}

double score(const VImage& original, const VImage& copy) {
  return Ssimulacra2(original).score(copy);
}

/// By the authors' own program, `ssimulacra2` of libjxl 0.11, for the same pictures as PNG.
struct Known {
  const char* name;
  Value copy;
  double large;  ///< 320 x 256
  double odd;    ///< 301 x 277
};

TEST(Ssimulacra2, SaysWhatTheAuthorsProgramSays) {
  const std::vector<Known> known{{"posterized", posterized, 49.766, 49.320},
                                 {"smoothed", smoothed, 81.786, 81.367},
                                 {"tinted", tinted, 81.011, 80.918},
                                 {"noisy", noisy, 76.426, 76.109}};
  const Ssimulacra2 large(picture(320, 256, scene));
  const Ssimulacra2 odd(picture(301, 277, scene));
  for (const Known& one : known) {
    EXPECT_NEAR(large.score(picture(320, 256, one.copy)), one.large, 0.3) << one.name;
    EXPECT_NEAR(odd.score(picture(301, 277, one.copy)), one.odd, 0.3) << one.name;
  }
}

TEST(Ssimulacra2, IsAHundredForTheSamePictureAndFallsWithTheDamage) {
  const VImage image = picture(160, 120, scene);
  EXPECT_EQ(score(image, image), 100);
  const double slight = score(image, (image + 2).cast(VIPS_FORMAT_UCHAR));
  const double strong = score(image, image.gaussblur(4));
  EXPECT_LT(slight, 100);
  EXPECT_LT(strong, slight - 20);
}

TEST(Ssimulacra2, ComparesGreyAndTransparentPictures) {
  const VImage image = picture(64, 64, scene);
  const VImage grey = image.colourspace(VIPS_INTERPRETATION_B_W);
  EXPECT_EQ(score(grey, grey), 100);
  const VImage clear = image.bandjoin(0);
  EXPECT_EQ(score(clear, image.invert().bandjoin(0)), 100) << "nothing of either is seen";
  EXPECT_LT(score(clear, image), 50);
}

/// Under 8 pixels the method has no scale left and would call anything the same; under 256 it has fewer than
/// its weights are for.
TEST(Ssimulacra2, SmallPicturesScoreAsTheirRepetitionDoes) {
  const auto mirrored = [](int at, int side) {
    return at % (2 * side) < side ? at % side : side - 1 - at % side;
  };
  for (const int side : {1, 3, 8, 40}) {
    const auto repeated = [&](const Value& value) {
      return picture(256, 256, [&](int x, int y, int band) {
        return value(mirrored(x, side), mirrored(y, side), band);
      });
    };
    const double small = score(picture(side, side, scene), picture(side, side, tinted));
    EXPECT_NEAR(small, score(repeated(scene), repeated(tinted)), 1e-6) << side;
    EXPECT_LT(small, 95) << side;
  }
}

}  // namespace
}  // namespace rucola::render::worker
