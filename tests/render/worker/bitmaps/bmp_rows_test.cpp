#include "render/worker/bitmaps/bmp_rows.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/bitmap_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

using Pixels = std::vector<int>;

Pixels all_of(Rows& rows) {
  const RowLayout layout = rows.layout();
  Pixels pixels;
  std::vector<std::uint8_t> row(static_cast<std::size_t>(layout.size.width * layout.bands));
  for (int y = 0; y < layout.size.height; ++y) {
    if (!rows.read(y, row)) return {};
    pixels.insert(pixels.end(), row.begin(), row.end());
  }
  return pixels;
}

/// Empty where the file is refused.
Pixels pixels_of(const std::string& file) {
  const auto bmp = read_bmp_structure(file);
  if (!bmp) return {};
  const auto rows = bmp_rows(*bmp);
  return rows ? all_of(**rows) : Pixels();
}

std::string why_not(const std::string& file) {
  const auto bmp = read_bmp_structure(file);
  if (!bmp) return bmp.error();
  const auto rows = bmp_rows(*bmp);
  return rows ? "it is read" : rows.error();
}

const std::string red_and_green = "\0\0\xff\0\0\xff\0\0"s;

TEST(BmpRows, BeginAtTheBottomUnlessTheHeightIsNegative) {
  const std::string pixels = "\1\2\3\0\4\5\6\0"s;
  EXPECT_THAT(pixels_of(bmp_file(bmp_header(1, 2, 24), {}, pixels)), ElementsAre(6, 5, 4, 3, 2, 1));
  EXPECT_THAT(pixels_of(bmp_file(bmp_header(1, -2, 24), {}, pixels)), ElementsAre(3, 2, 1, 6, 5, 4));
}

TEST(BmpRows, HaveTheirPixelsFromTheHighestBitOn) {
  EXPECT_THAT(pixels_of(bmp_file(bmp_header(3, 1, 1, 0, 2), red_and_green, "\x40\0\0\0"s)),
              ElementsAre(255, 0, 0, 0, 255, 0, 255, 0, 0));
  EXPECT_THAT(pixels_of(bmp_file(bmp_header(2, 1, 4, 0, 2), red_and_green, "\x10\0\0\0"s)),
              ElementsAre(0, 255, 0, 255, 0, 0));
}

TEST(BmpRows, MayLackWhatFillsUpTheLastOne) {
  const std::string file = bmp_file(bmp_header(1, 2, 24), {}, "\1\2\3\0\4\5\6\0"s);
  EXPECT_EQ(pixels_of(file.substr(0, file.size() - 1)).size(), 6U);
  EXPECT_EQ(why_not(file.substr(0, file.size() - 2)), "it is cut off");
}

TEST(BmpRows, SpreadFewBitsOverAllOfTheRange) {
  const std::string masks = little(0xf800, 4) + little(0x7e0, 4) + little(0x1f, 4);
  EXPECT_THAT(pixels_of(bmp_file(bmp_header(2, 1, 16, 3), masks, little(0xffff, 2) + little(0x8410, 2))),
              ElementsAre(255, 255, 255, 132, 130, 132));
}

TEST(BmpRows, TakeMasksOfMoreThanEightBits) {
  const std::string masks = little(0x3ff00000, 4) + little(0xffc00, 4) + little(0x3ff, 4);
  EXPECT_THAT(pixels_of(bmp_file(bmp_header(1, 1, 32, 3), masks, little(0x3ff0'0200, 4))),
              ElementsAre(255, 0, 128));
}

TEST(BmpRows, AreBlackWhereNoRunIs) {
  const std::string runs = "\2\1\0\0\0\2\1\1\1\0\0\1"s;
  EXPECT_THAT(pixels_of(bmp_file(bmp_header(3, 3, 8, 1, 2), red_and_green, runs)),
              ElementsAre(0, 0, 0, 255, 0, 0, 0, 0, 0,  //
                          0, 0, 0, 0, 0, 0, 0, 0, 0,    //
                          0, 255, 0, 0, 255, 0, 0, 0, 0));
}

TEST(BmpRows, KeepRunsThatAreTooLongOutOfTheNextOne) {
  const std::string runs = "\x09\1\0\0\x03\0\0\1"s;
  EXPECT_THAT(pixels_of(bmp_file(bmp_header(2, 2, 8, 1, 2), red_and_green, runs)),
              ElementsAre(255, 0, 0, 255, 0, 0, 0, 255, 0, 0, 255, 0));
}

TEST(BmpRows, OfRunsMayLackTheirEndButNoRow) {
  const std::string file = bmp_file(bmp_header(2, 2, 8, 1, 2), red_and_green, "\2\1\0\0\2\0\0\1"s);
  EXPECT_EQ(pixels_of(file.substr(0, file.size() - 2)).size(), 12U);
  EXPECT_EQ(why_not(file.substr(0, file.size() - 4)), "it is cut off");
}

TEST(BmpRows, SayWhatIsNotRead) {
  EXPECT_THAT(why_not(bmp_file(bmp_header(1, 1, 24, 4), {}, "JPEG")),
              HasSubstr("run lengths of 4 and 8 bits"));
  EXPECT_THAT(why_not(bmp_file(bmp_header(1, -1, 8, 1), {}, "\0\1"s)), HasSubstr("not read"));
  EXPECT_THAT(why_not(bmp_file(bmp_header(1, 1, 7), {}, "\0"s)), HasSubstr("7 bits"));
}

TEST(BmpStructure, IsReadOfAnyBeginningWithoutHarm) {
  const std::string masks = little(0xf800, 4) + little(0x7e0, 4) + little(0x1f, 4);
  const std::string file = bmp_file(bmp_header(2, 2, 16, 3), masks, std::string(8, 'x'));
  for (std::size_t length = 0; length < file.size(); ++length)
    EXPECT_TRUE(pixels_of(file.substr(0, length)).empty()) << length;
  EXPECT_FALSE(pixels_of(file).empty());
}

/// Rows of an icon: what is in its header is twice as high.
Pixels icon_pixels(const std::string& bitmap) {
  const auto bmp = read_icon_bitmap(bitmap);
  if (!bmp) return {};
  const auto rows = icon_rows(*bmp);
  return rows ? all_of(**rows) : Pixels();
}

TEST(IconRows, AreSeenThroughWhereTheMaskSaysSo) {
  EXPECT_THAT(icon_pixels(bmp_header(2, 2, 24) + "\1\2\3\4\5\6\0\0"s + "\x40\0\0\0"s),
              ElementsAre(3, 2, 1, 255, 6, 5, 4, 0));
}

TEST(IconRows, GoByTheirMaskOnlyWithoutOpacityOfTheirOwn) {
  const std::string clear_first = "\x80\0\0\0"s;
  EXPECT_THAT(icon_pixels(bmp_header(2, 2, 32) + "\1\2\3\x80\4\5\6\xff"s + clear_first),
              ElementsAre(3, 2, 1, 128, 6, 5, 4, 255));
  EXPECT_THAT(icon_pixels(bmp_header(2, 2, 32) + "\1\2\3\0\4\5\6\0"s + clear_first),
              ElementsAre(3, 2, 1, 0, 6, 5, 4, 255));
}

TEST(IconRows, NeedTheirMaskUnlessTheyHaveRoomForOpacity) {
  EXPECT_TRUE(icon_pixels(bmp_header(2, 2, 24) + "\1\2\3\4\5\6\0\0"s).empty());
  EXPECT_EQ(icon_pixels(bmp_header(2, 2, 32) + "\1\2\3\0\4\5\6\0"s).size(), 6U);
}

}  // namespace
}  // namespace rucola::render::worker
