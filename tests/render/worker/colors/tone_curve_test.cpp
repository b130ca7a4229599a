#include "render/worker/colors/tone_curve.h"

#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

// ITU-R BT.2408-7, table 1 and annex 1: signal levels and their light on a display.
TEST(ToneCurve, PqIsThatOfTheStandard) {
  EXPECT_EQ(nits_of_pq(0), 0);
  EXPECT_NEAR(nits_of_pq(1), 10'000, 1e-6);
  EXPECT_NEAR(nits_of_pq(0.58), 203, 2);
  EXPECT_NEAR(nits_of_pq(0.7518), 1000, 1);
  EXPECT_NEAR(nits_of_pq(0.5081), 100, 0.1);
}

TEST(ToneCurve, HlgIsThatOfTheStandard) {
  EXPECT_EQ(scene_light_of_hlg(0), 0);
  EXPECT_NEAR(scene_light_of_hlg(0.5), 1.0 / 12, 1e-9);
  EXPECT_NEAR(scene_light_of_hlg(0.75), 0.265, 1e-3);
  EXPECT_NEAR(scene_light_of_hlg(1), 1, 1e-6);
}

TEST(ToneCurve, SrgbIsThatOfTheStandard) {
  EXPECT_EQ(srgb_of_light(0), 0);
  EXPECT_NEAR(srgb_of_light(1), 1, 1e-9);
  EXPECT_NEAR(srgb_of_light(0.2140), 0.5, 1e-3);
  EXPECT_NEAR(srgb_of_light(0.001), 0.01292, 1e-9);
}

TEST(ToneCurve, UpToWhiteItIsAStraightLine) {
  const ToneCurve curve(1000);
  for (const double light : {0.0, 0.01, 0.5, 1.0})
    EXPECT_NEAR(curve.gain(light), 0.5, 1e-9);
}

TEST(ToneCurve, TheBrightestLightBecomesWhite) {
  for (const double nits : {300.0, 1000.0, 4000.0}) {
    const double peak = nits / white_nits;
    EXPECT_NEAR(ToneCurve(nits).gain(peak) * peak, 1, 1e-9);
    EXPECT_NEAR(ToneCurve(nits).gain(3 * peak) * 3 * peak, 1, 1e-9)
        << "and so does what is said not to be there";
  }
}

TEST(ToneCurve, ItRisesWithoutAJump) {
  for (const double nits : {204.0, 300.0, 1000.0, 10'000.0}) {
    const ToneCurve curve(nits);
    double before = 0;
    for (int i = 1; i <= 10'000; ++i) {
      const double light = 60.0 * i / 10'000;
      const double mapped = light * curve.gain(light);
      ASSERT_GE(mapped, before - 1e-12) << nits << ' ' << light;
      ASSERT_LE(mapped, before + 0.01) << nits << ' ' << light;
      before = mapped;
    }
  }
}

TEST(ToneCurve, APictureNoBrighterThanWhiteStaysAsItIs) {
  for (const double nits : {0.0, 50.0, 203.0}) {
    EXPECT_NEAR(ToneCurve(nits).gain(0.3), 1, 1e-9);
    EXPECT_NEAR(ToneCurve(nits).gain(1), 1, 1e-9);
  }
}

// ITU-R BT.2087, from BT.709 to BT.2020.
TEST(ToneCurve, MatricesAreThoseOfTheStandard) {
  const Matrix wide = between(srgb_primaries, bt2020_primaries);
  EXPECT_NEAR(wide[0][0], 0.6274, 1e-3);
  EXPECT_NEAR(wide[0][1], 0.3293, 1e-3);
  EXPECT_NEAR(wide[1][1], 0.9195, 1e-3);
  EXPECT_NEAR(wide[2][0], 0.0164, 1e-3);
}

TEST(ToneCurve, WhiteStaysWhite) {
  Primaries other = bt2020_primaries;
  other.white = {.x = 0.314, .y = 0.351};
  for (const auto& row : between(other, srgb_primaries))
    EXPECT_NEAR(row[0] + row[1] + row[2], 1, 1e-9);
}

TEST(ToneCurve, PrimariesThatSpanNothingChangeNothing) {
  EXPECT_EQ(between(Primaries{}, srgb_primaries)[0][0], 1);
  const Primaries flat{.red = d65, .green = d65, .blue = d65, .white = d65};
  EXPECT_EQ(between(flat, srgb_primaries)[0][1], 0);
}

}  // namespace
}  // namespace rucola::render::worker
