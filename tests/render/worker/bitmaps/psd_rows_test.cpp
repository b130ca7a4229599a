#include "render/worker/bitmaps/psd_rows.h"

#include <cstring>
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

constexpr int grey = 1;
constexpr int rgb = 3;
constexpr int cmyk = 4;

struct Psd {
  int mode = rgb;
  int channels = 3;
  int width = 2;
  int height = 1;
  int bits = 8;
  std::string resources{};
  std::string layers{};
  std::string pixels{};  ///< with what says how they are packed
};

std::string counted(const std::string& text) {
  return big(text.size(), 4) + text;
}

std::string file(const Psd& psd) {
  const auto number = [](int value, int bytes) { return big(static_cast<std::uint64_t>(value), bytes); };
  return "8BPS" + number(1, 2) + std::string(6, '\0') + number(psd.channels, 2) + number(psd.height, 4) +
         number(psd.width, 4) + number(psd.bits, 2) + number(psd.mode, 2) + counted("") +
         counted(psd.resources) + counted(psd.layers) + psd.pixels;
}

std::string layer_count(std::int16_t count) {
  return counted(big(static_cast<std::uint16_t>(count), 2)) + counted("");
}

template <class Sample = std::uint8_t>
std::vector<int> pixels_of(const Psd& made) {
  const std::string bytes = file(made);
  const auto psd = read_psd_structure(bytes);
  if (!psd) return {};
  const auto rows = psd_rows(*psd);
  if (!rows) return {};
  const RowLayout layout = (*rows)->layout();
  std::vector<int> pixels;
  std::vector<Sample> samples(static_cast<std::size_t>(layout.size.width * layout.bands));
  std::vector<std::uint8_t> row(samples.size() * sizeof(Sample));
  for (int y = 0; y < layout.size.height; ++y) {
    if (!(*rows)->read(y, row)) return {};
    std::memcpy(samples.data(), row.data(), row.size());
    pixels.insert(pixels.end(), samples.begin(), samples.end());
  }
  return pixels;
}

std::string why_not(const Psd& made) {
  const std::string bytes = file(made);
  const auto psd = read_psd_structure(bytes);
  if (!psd) return psd.error();
  const auto rows = psd_rows(*psd);
  return rows ? "it is read" : rows.error();
}

TEST(PsdRows, AreMadeOfChannelsThatLieApart) {
  EXPECT_THAT(pixels_of({.pixels = "\0\0\1\2\3\4\5\6"s}), ElementsAre(1, 3, 5, 2, 4, 6));
}

TEST(PsdRows, AreUnpacked) {
  const std::string counts = big(2, 2) + big(3, 2) + big(4, 2);
  EXPECT_THAT(pixels_of({.pixels = "\0\1"s + counts + "\xff\7" + "\1\3\4" + "\x80\1\5\6"}),
              ElementsAre(7, 3, 5, 7, 4, 6));
}

TEST(PsdRows, ThatUnpackToLessAreDamaged) {
  const std::string counts = big(2, 2) + big(2, 2) + big(2, 2);
  EXPECT_TRUE(pixels_of({.pixels = "\0\1"s + counts + "\xff\7\0\1\xff\7"s}).empty());
  EXPECT_TRUE(pixels_of({.pixels = "\0\1"s + counts + "\xff\7\x80\x80\xff\7"s}).empty());
}

TEST(PsdRows, AreCutOffWhereOneIsMissing) {
  EXPECT_EQ(why_not({.pixels = "\0\0\1\2\3\4\5"s}), "it is cut off");
  EXPECT_EQ(why_not({.pixels = "\0\1"s + big(2, 2) + big(2, 2)}), "it is cut off");
  EXPECT_EQ(why_not({.pixels = "\0\1"s + big(2, 2) + big(2, 2) + big(0xffff, 2) + "\xff\7\xff\7\xff\7"}),
            "it is cut off");
}

TEST(PsdRows, OfInksAreTurnedInsideOut) {
  EXPECT_THAT(pixels_of({.mode = cmyk, .channels = 4, .width = 1, .pixels = "\0\0\xff\x80\0\1"s}),
              ElementsAre(0, 127, 255, 254));
}

TEST(PsdRows, OfSixteenBitsKeepThem) {
  EXPECT_THAT(
      pixels_of<std::uint16_t>({.mode = grey, .channels = 1, .bits = 16, .pixels = "\0\0\1\2\xff\xff"s}),
      ElementsAre(0x102, 0xffff));
}

TEST(PsdRows, AreTakenOffTheWhiteThatTheyLieOn) {
  const std::string half = "\0\0\x80\xff\x80\xff"s;  // grey, then opacity
  EXPECT_THAT(pixels_of({.mode = grey, .channels = 2, .layers = layer_count(-1), .pixels = half}),
              ElementsAre(2, 128, 255, 255));
}

TEST(PsdRows, HaveNoOpacityWhereLayersDontSaySo) {
  const std::string half = "\0\0\x80\xff\x80\xff"s;
  EXPECT_THAT(pixels_of({.mode = grey, .channels = 2, .layers = layer_count(1), .pixels = half}),
              ElementsAre(128, 255));
  EXPECT_THAT(pixels_of({.mode = grey, .channels = 2, .pixels = half}), ElementsAre(128, 255));
}

TEST(PsdStructure, SaysWhatIsNotRead) {
  EXPECT_THAT(why_not({.mode = 7}), HasSubstr("RGB, CMYK, Lab"));
  EXPECT_THAT(why_not({.bits = 32}), HasSubstr("32 bits"));
  EXPECT_THAT(why_not({.channels = 57}), HasSubstr("channels"));
  EXPECT_THAT(why_not({.channels = 2}), HasSubstr("channels"));
  EXPECT_THAT(why_not({.pixels = "\0\2"s}), HasSubstr("packed"));
  EXPECT_THAT(why_not({.width = 0}), HasSubstr("no pixels"));
}

TEST(PsdStructure, KnowsFilesWithoutAFinishedPicture) {
  const std::string none = "8BIM" + big(1057, 2) + big(0, 2) + counted(big(1, 4) + "\0\0"s);
  EXPECT_THAT(why_not({.resources = none, .layers = layer_count(2), .pixels = "\0\0\1\2\3\4\5\6"s}),
              HasSubstr("maximize compatibility"));
}

TEST(PsdStructure, FindsWhatIsSaidOfThePicture) {
  const auto resource = [](int number, const std::string& name, const std::string& content) {
    const std::string text = static_cast<char>(name.size()) + name;
    return "8BIM" + big(static_cast<std::uint64_t>(number), 2) + text + std::string(text.size() % 2, '\0') +
           counted(content) + std::string(content.size() % 2, '\0');
  };
  const std::string bytes = file({.resources = resource(1039, "icc", "profile") + resource(1060, "", "xmp") +
                                               resource(1058, "ab", "exif") + resource(1028, "", "iptc"),
                                  .pixels = "\0\0\1\2\3\4\5\6"s});
  const auto psd = read_psd_structure(bytes);
  ASSERT_TRUE(psd) << psd.error();
  EXPECT_EQ(psd->profile, "profile");
  EXPECT_EQ(psd->xmp, "xmp");
  EXPECT_EQ(psd->exif, "exif");
  EXPECT_EQ(psd->iptc, "iptc");
}

}  // namespace
}  // namespace rucola::render::worker
