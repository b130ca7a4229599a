#include "render/worker/structure/jpeg_frame.h"

#include <string>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace rucola::render::worker
