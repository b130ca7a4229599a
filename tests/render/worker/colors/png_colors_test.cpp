#include <string>

#include <gtest/gtest.h>

#include "render/worker/colors/named_colors.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

std::string big32(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string chunk(const std::string& type, const std::string& content) {
  return big32(static_cast<std::uint32_t>(content.size())) + type + content + "sum."s;
}

std::string png(const std::string& chunks) {
  return "\x89PNG\r\n\x1a\n"s + chunk("IHDR", std::string(13, '\0')) + chunks + chunk("IDAT", "pixels") +
         chunk("IEND", "");
}

const std::string p3_by_code = chunk("cICP", "\x0c\x0d\0\x01"s);
const std::string linear = chunk("gAMA", big32(100'000));
const std::string srgb = chunk("sRGB", "\0"s);

TEST(PngColors, NothingIsNamed) {
  const NamedColors named = named_in_png(png(""));
  EXPECT_FALSE(named.encoding);
  EXPECT_FALSE(named.outranks_profile);
}

TEST(PngColors, CodePointsOutrankAllOthers) {
  const NamedColors named = named_in_png(png(srgb + linear + p3_by_code));
  ASSERT_TRUE(named.encoding);
  EXPECT_TRUE(named.outranks_profile);
  EXPECT_EQ(named.encoding->transfer, Transfer::srgb);
  EXPECT_EQ(named.encoding->primaries.red.x, 0.680);
}

TEST(PngColors, CodePointsThatCantBeAreAsGoodAsNone) {
  for (const std::string& content :
       {"\x0c\x0d\x01\x01"s, "\x0c\x0d\0\0"s, "\x02\x02\0\x01"s, "\x0c\x0d\0"s, ""s}) {
    const NamedColors named = named_in_png(png(chunk("cICP", content) + linear));
    ASSERT_TRUE(named.encoding);
    EXPECT_EQ(named.encoding->transfer, Transfer::power);
    EXPECT_FALSE(named.outranks_profile);
  }
}

TEST(PngColors, SrgbOutranksAGamma) {
  EXPECT_FALSE(named_in_png(png(linear + srgb)).encoding);
}

TEST(PngColors, AGammaOf0IsNone) {
  EXPECT_FALSE(named_in_png(png(chunk("gAMA", big32(0)))).encoding);
  EXPECT_FALSE(named_in_png(png(chunk("gAMA", "abc"))).encoding);
}

TEST(PngColors, WhatComesAfterThePixelsIsTooLate) {
  EXPECT_FALSE(named_in_png(png(chunk("IDAT", "") + linear)).encoding);
}

TEST(PngColors, TheBrightestLightIsThatOfThePicture) {
  const std::string pq = chunk("cICP", "\x09\x10\0\x01"s);
  const std::string mastering = chunk("mDCV", std::string(16, '\0') + big32(40'000'000) + big32(50));
  const std::string level = chunk("cLLI", big32(6'000'000) + big32(1'000'000));
  const std::string no_level = chunk("cLLI", big32(0) + big32(0));
  EXPECT_EQ(named_in_png(png(pq)).encoding->peak_nits, 1000);
  EXPECT_EQ(named_in_png(png(pq + mastering)).encoding->peak_nits, 4000);
  EXPECT_EQ(named_in_png(png(pq + mastering + level)).encoding->peak_nits, 600);
  EXPECT_EQ(named_in_png(png(pq + mastering + no_level)).encoding->peak_nits, 4000);
}

TEST(PngColors, ACutFileIsReadUpToItsEnd) {
  const std::string whole = png(srgb + linear + p3_by_code);
  for (std::size_t length = 0; length <= whole.size(); ++length)
    static_cast<void>(named_in_png(whole.substr(0, length)));
  EXPECT_FALSE(named_in_png(png(big32(0xffffffff) + "gAMA")).encoding);
}

}  // namespace
}  // namespace rucola::render::worker
