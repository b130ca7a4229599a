#include "render/worker/structure/jpeg_frame.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "render/sample_images.h"
#include "render/worker/raw_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

TEST(JpegFrame, HasTheSizeOfWhatEverybodyReads) {
  for (const char kind : {'\xc0', '\xc1', '\xc2'}) {
    for (const int components : {1, 3})
      EXPECT_EQ(size_of_ordinary_jpeg(jpeg_head(300, 200, kind, 8, components)), (Size{300, 200}));
  }
}

TEST(JpegFrame, HasNoneOfWhatCamerasPackTheirSensorsDataInto) {
  EXPECT_EQ(size_of_ordinary_jpeg(jpeg_head(300, 200, '\xc3')), std::nullopt) << "without losses";
  EXPECT_EQ(size_of_ordinary_jpeg(jpeg_head(300, 200, '\xc9')), std::nullopt) << "arithmetic codes";
  EXPECT_EQ(size_of_ordinary_jpeg(jpeg_head(300, 200, '\xc1', 12)), std::nullopt) << "of 12 bits";
  EXPECT_EQ(size_of_ordinary_jpeg(jpeg_head(300, 200, '\xc0', 8, 2)), std::nullopt) << "two colours";
  EXPECT_EQ(size_of_ordinary_jpeg(jpeg_head(300, 200, '\xc0', 8, 4)), std::nullopt) << "inks";
  EXPECT_EQ(size_of_ordinary_jpeg(jpeg_head(0, 200)), std::nullopt);
  EXPECT_EQ(size_of_ordinary_jpeg(jpeg_head(300, 0)), std::nullopt) << "a height that comes later";
}

TEST(JpegFrame, TablesAndFillBytesMayComeFirst) {
  const std::string jpeg = jpeg_head(300, 200);
  const std::string frame = jpeg.substr(8);
  EXPECT_EQ(size_of_ordinary_jpeg("\xff\xd8\xff\xc4\0\5abc"s + frame), (Size{300, 200}));
  EXPECT_EQ(size_of_ordinary_jpeg("\xff\xd8\xff\xff\xff\xdb\0\3a"s + frame), (Size{300, 200}));
}

TEST(JpegFrame, IsNotSoughtForEver) {
  std::string many = "\xff\xd8"s;
  while (many.size() < (std::size_t{1} << 20))
    many += "\xff\xe0\0\2"s;
  EXPECT_EQ(size_of_ordinary_jpeg(many + jpeg_head(300, 200).substr(8)), std::nullopt);
}

TEST(JpegFrame, OfDamagedOnesHasNone) {
  const std::string jpeg = jpeg_head(300, 200);
  for (std::size_t size = 0; size < jpeg.size() - 11; ++size)
    EXPECT_EQ(size_of_ordinary_jpeg(jpeg.substr(0, size)), std::nullopt) << size;
  EXPECT_EQ(size_of_ordinary_jpeg("\xff\xd8\xff\xe0\0\1"s + jpeg.substr(8)), std::nullopt) << "a length of 1";
  EXPECT_EQ(size_of_ordinary_jpeg("\xff\xd8\xff\xda\0\2"s + jpeg.substr(8)), std::nullopt)
      << "a scan before it";
  EXPECT_EQ(size_of_ordinary_jpeg("\xff\xd8\xff\xd9\0\2"s + jpeg.substr(8)), std::nullopt)
      << "an end before it";
  EXPECT_EQ(size_of_ordinary_jpeg("\xff\xd8\xff\xe0\0\4ab?"s + jpeg.substr(9)), std::nullopt) << "no marker";
  EXPECT_EQ(size_of_ordinary_jpeg("RIFF"), std::nullopt);
}

Size stored_size(const std::optional<std::string>& jpeg) {
  return jpeg ? size_of_ordinary_jpeg(*jpeg).value_or(Size{}) : Size{};
}

TEST(JpegFrame, HasTheSidesOfAllPixelsThatAreHalfInside) {
  const auto at = [](int width, int height, int shrink) {
    return stored_size(jpeg_with_whole_pixels(jpeg_head(width, height), shrink));
  };
  EXPECT_EQ(at(1023, 1028, 8), (Size{1024, 1032}));
  EXPECT_EQ(at(1023, 1027, 8), (Size{1024, 1027})) << "3 of 8 are inside";
  EXPECT_EQ(at(1027, 1023, 4), (Size{1028, 1024}));
  EXPECT_EQ(at(1025, 1026, 2), (Size{1026, 1026}));
  EXPECT_EQ(at(1024, 1027, 8), (Size{})) << "nothing is to be changed";
  EXPECT_EQ(at(65'535, 16, 8), (Size{})) << "longer than libjpeg reads";
}

TEST(JpegFrame, ChangesNothingButItsSides) {
  const std::string jpeg = jpeg_head(1023, 1024) + "and what follows";
  std::string wanted = jpeg;
  wanted.replace(wanted.find("\x03\xff"), 2, "\x04\0"s);
  EXPECT_EQ(jpeg_with_whole_pixels(jpeg, 8), wanted);
}

TEST(JpegFrame, KeepsItsSidesWhereItsBlocksWouldBeOthers) {
  std::string jpeg = jpeg_head(1023, 1023);
  const std::size_t factors = jpeg.find("\x03\xff\x03\xff") + 6;
  for (const char in_thirds : {'\x31', '\x13', '\x01', '\x10'}) {
    jpeg[factors] = in_thirds;
    EXPECT_FALSE(jpeg_with_whole_pixels(jpeg, 8)) << static_cast<int>(in_thirds);
  }
  jpeg[factors] = '\x42';
  EXPECT_TRUE(jpeg_with_whole_pixels(jpeg, 8));
  for (std::size_t size = 0; size < factors; ++size)
    EXPECT_FALSE(jpeg_with_whole_pixels(jpeg.substr(0, size), 8)) << size;
  EXPECT_FALSE(jpeg_with_whole_pixels("RIFF", 8));
}

/// In one row of blocks and in many, with colours of half the size, and where each component has scans of its
/// own.
TEST(JpegFrame, WhatWasInsideStaysAsItWas) {
  for (const Size size : {Size{1023, 37}, {36, 61}, {31, 21}}) {
    for (const char* const options : {".jpg[Q=90]", ".jpg[Q=90,subsample_mode=off]", ".jpg[Q=90,interlace]",
                                      ".jpg[Q=90,subsample_mode=on,interlace]"}) {
      const std::string jpeg = samples::file(samples::noise(size.width, size.height), options);
      const auto whole = jpeg_with_whole_pixels(jpeg, 8);
      ASSERT_TRUE(whole) << options;
      const samples::VImage before = samples::open(jpeg);
      const samples::VImage after = samples::open(*whole);
      ASSERT_GE(after.width(), size.width);
      // Where colours are of half the size, the last column is smoothed with the one behind it.
      const int width = size.width - 2;
      const int height = size.height - 2;
      EXPECT_EQ((before.crop(0, 0, width, height) - after.crop(0, 0, width, height)).abs().max(), 0)
          << options << ' ' << size.width;
    }
  }
}

}  // namespace
}  // namespace rucola::render::worker
