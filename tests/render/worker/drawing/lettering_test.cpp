#include "render/worker/drawing/lettering.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "render/sample_fonts.h"
#include "render/sample_images.h"
#include "render/worker/memory/files.h"

// Sizes against what the font itself says: DejaVu Sans has 2048 units an em, lines of 2384 units, and an "H"
// that is 1493 units high and advances by 1540.
// What LeakSanitizer would report of Fontconfig: a few hundred bytes of what it reads at its first use, and
// the empty shell of each configuration that Pango 1.50 was given and never gives back. Of x265: a thousand
// bytes of some of the encoders that libheif opens and closes.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig.so\nleak:libx265.so\n";
}

namespace rucola::render::worker {
namespace {

constexpr double units = 2048;
constexpr protocol::Limits limits{.source_pixels = 225'000'000,
                                  .source_frames = 1'000,
                                  .output_pixels = 4'000'000,
                                  .output_side = 4'000,
                                  .cpu_seconds = 60};

const std::string& font() {
  static const std::string bytes = samples::dejavu_sans();
  return bytes;
}

TextStep text(std::string words, double size) {
  TextStep step;
  step.text = std::move(words);
  step.size = size;
  return step;
}

Lettering lettering(const TextStep& step) {
  return letter({font()}, step, limits);
}

/// The box of everything that can be seen.
struct Ink {
  int left, top, width, height;
};

Ink ink(const Lettering& lettering) {
  const samples::VImage alpha = lettering.picture.extract_band(3);
  Ink box{};
  box.left = alpha.find_trim(
      &box.top, &box.width, &box.height,
      samples::VImage::option()->set("background", std::vector<double>{0})->set("threshold", 8));
  return box;
}

TEST(Lettering, IsAsLargeAsTheFontSays) {
  for (const double size : {10.0, 16.0, 50.0, 333.0}) {
    const Lettering result = lettering(text("HHHH", size));
    EXPECT_NEAR(result.box.width, 4 * size * 1540 / units, 1.1) << size;
    EXPECT_NEAR(result.box.height, size * 2384 / units, 1.1) << size;
    EXPECT_NEAR(ink(result).height, size * 1493 / units, 2) << size;
  }
}

TEST(Lettering, ALineFeedStartsALine) {
  const int one = lettering(text("abc", 40)).box.height;
  EXPECT_NEAR(lettering(text("abc\ndef", 40)).box.height, 2 * one, 1);
  TextStep spaced = text("abc\ndef\nghi", 40);
  spaced.spacing = 15;
  EXPECT_NEAR(lettering(spaced).box.height, 3 * one + 2 * 15, 2);
}

TEST(Lettering, WordsAreWrappedAtTheWidth) {
  TextStep step = text("one two three four five six seven", 30);
  const Size line = lettering(step).box;
  step.width = 150;
  const Size wrapped = lettering(step).box;
  EXPECT_LE(wrapped.width, 150);
  EXPECT_GE(wrapped.height, line.height * (line.width / 150));
}

TEST(Lettering, AWordThatIsTooLongIsBroken) {
  TextStep step = text("Donaudampfschifffahrt", 30);
  step.width = 100;
  EXPECT_LE(lettering(step).box.width, 100);
}

TEST(Lettering, AHeightCutsOffOrCentres) {
  TextStep step = text("H\nH\nH", 40);
  step.height = 60;
  const Lettering cut = lettering(step);
  EXPECT_EQ(cut.box.height, 60);
  EXPECT_EQ(cut.picture.height(), 60);
  step.text = "H";
  step.height = 201;
  const Lettering centred = lettering(step);
  EXPECT_EQ(centred.box.height, 201);
  const Ink box = ink(centred);
  const double line_top = (201 - std::ceil(40 * 2384 / units)) / 2;
  const double ascent = 40 * 1901 / units;
  EXPECT_NEAR(box.top + box.height, line_top + ascent, 1.5);  // the baseline
}

TEST(Lettering, FitsTheLargestSizeIntoItsBox) {
  TextStep step = text("MMMM", 1);
  step.fit = true;
  step.width = 400;
  step.height = 300;
  const Size box = lettering(step).box;
  EXPECT_LE(box.width, 400);
  EXPECT_GT(box.width, 385);  // a size more would not fit
  step.text = "M";
  step.width = 4000;
  step.height = 119;
  EXPECT_NEAR(ink(lettering(step)).height, 102 * 1493 / units, 2);  // 102 × 2384 ÷ 2048 is 118.7
  step.text = std::string(3000, 'x');
  step.width = 50;
  step.height = 10;
  EXPECT_NO_THROW(lettering(step));  // too much for any size: the smallest, cut off
}

TEST(Lettering, TurnsAroundItsMiddle) {
  TextStep step = text("Hx", 60);
  const Lettering flat = lettering(step);
  step.degrees = 90;
  const Lettering turned = lettering(step);
  EXPECT_EQ(turned.box, (Size{flat.box.height, flat.box.width}));
  const Ink before = ink(flat);
  const Ink after = ink(turned);
  EXPECT_EQ(after.width, before.height);
  EXPECT_EQ(after.left, flat.picture.height() - before.top - before.height);  // clockwise: the bottom is left
}

TEST(Lettering, ColorAndOpacityAreThoseOfTheStep) {
  TextStep step = text("\xe2\x96\x88", 50);  // FULL BLOCK
  step.color = {10, 20, 30};
  step.opacity = 40;
  const Lettering result = lettering(step);
  const Ink box = ink(result);
  const auto pixel = result.picture.getpoint(box.left + box.width / 2, box.top + box.height / 2);
  EXPECT_EQ(pixel, (std::vector<double>{10, 20, 30, 102}));
}

TEST(Lettering, RightToLeftIsShownSo) {
  // "aleph" has a wide shape and stands right of the narrow "yod" after it.
  const Ink aleph = ink(lettering(text("\xd7\x90", 100)));
  const Lettering both = lettering(text("\xd7\x90\xd7\x99", 100));
  const samples::VImage right = both.picture.extract_band(3).extract_area(
      both.picture.width() - aleph.width, 0, aleph.width, both.picture.height());
  const samples::VImage left = both.picture.extract_band(3).extract_area(
      0, 0, both.picture.width() - aleph.width, both.picture.height());
  EXPECT_GT(right.avg() * right.width(), left.avg() * left.width());
}

TEST(Lettering, TwoFontsOneAfterTheOtherAreTwoFonts) {
  // Both get the same path in /proc.
  const std::string other = samples::font_file("DejaVu Sans Mono:style=Book");
  ASSERT_NE(other, font());
  const int wide = letter({font()}, text("iiii", 50), limits).box.width;
  const int mono = letter({other}, text("iiii", 50), limits).box.width;
  const int again = letter({font()}, text("iiii", 50), limits).box.width;
  EXPECT_EQ(wide, again);
  EXPECT_NEAR(mono, 4 * 50 * 1233 / units, 1.1);
}

TEST(Lettering, ATextThatIsTooLargeIsRefused) {
  EXPECT_THROW(lettering(text(std::string(1000, 'x'), 100)), Refused);
}

TEST(Place, AnchorsTheBoxAndNotWhatHangsOver) {
  const Lettering result = lettering(text("f", 100));
  const int over = (result.picture.width() - result.box.width) / 2;
  const Anchor left{{Offset::Kind::near}, {Offset::Kind::near}};
  EXPECT_EQ(place(result, left, {500, 400}).left, -over);
  const Anchor right{{Offset::Kind::far}, {Offset::Kind::far}};
  EXPECT_EQ(place(result, right, {500, 400}).left + over + result.box.width, 500);
  const Anchor pixel{{Offset::Kind::pixel, 480}, {Offset::Kind::pixel, 7}};
  EXPECT_EQ(place(result, pixel, {500, 400}).left + over, 480);
}

}  // namespace
}  // namespace rucola::render::worker
