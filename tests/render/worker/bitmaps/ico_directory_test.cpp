#include "render/worker/bitmaps/ico_directory.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/bitmap_bytes.h"

namespace rucola::render::worker {
namespace {

using testing::HasSubstr;

std::string icon_of(const std::vector<std::string>& pictures) {
  std::string directory = little(0, 2) + little(1, 2) + little(pictures.size(), 2);
  std::string data;
  for (const std::string& picture : pictures) {
    directory += little(0x2020, 2) + little(0, 6) + little(picture.size(), 4) +
                 little(6 + 16 * pictures.size() + data.size(), 4);
    data += picture;
  }
  return directory + data;
}

std::string bitmap(std::int32_t side, int bits) {
  return bmp_header(side, 2 * side, bits) + std::string(4096, 'x');
}

std::string why_not(const std::string& icon) {
  const auto picture = read_icon(icon);
  return picture ? "it is read" : picture.error();
}

TEST(IcoDirectory, TheLargestPictureIsShownAndOfThoseTheDeepest) {
  const std::string wanted = bitmap(16, 24);
  const std::string icon = icon_of({bitmap(8, 32), bitmap(16, 4), wanted, bitmap(16, 8), bitmap(16, 24)});
  const auto picture = read_icon(icon);
  ASSERT_TRUE(picture) << picture.error();
  EXPECT_FALSE(picture->is_png);
  EXPECT_EQ(picture->bytes, wanted);
}

TEST(IcoDirectory, TellsPngs) {
  const std::string png = "\x89PNG\r\n\x1a\n" + big(13, 4) + "IHDR" + big(300, 4) + big(200, 4) + "\x08\x06";
  const std::string icon = icon_of({bitmap(16, 32), png});
  const auto picture = read_icon(icon);
  ASSERT_TRUE(picture) << picture.error();
  EXPECT_TRUE(picture->is_png);
  EXPECT_EQ(picture->bytes, png);
}

TEST(IcoDirectory, PicturesLieInTheFileAndBehindTheDirectory) {
  const std::string icon = icon_of({bitmap(16, 24)});
  EXPECT_THAT(why_not(icon.substr(0, icon.size() - 1)), HasSubstr("cut off"));
  std::string at_itself = icon;
  at_itself.replace(18, 4, little(0, 4));
  EXPECT_THAT(why_not(at_itself), HasSubstr("directory"));
  at_itself.replace(18, 4, little(0xffffffff, 4));
  EXPECT_THAT(why_not(at_itself), HasSubstr("cut off"));
  EXPECT_THAT(why_not(icon_of({icon})), HasSubstr("header"));
  EXPECT_THAT(why_not(icon.substr(0, 10)), HasSubstr("cut off"));
}

}  // namespace
}  // namespace rucola::render::worker
