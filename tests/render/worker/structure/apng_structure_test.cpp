#include "render/worker/structure/apng_structure.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/bitmap_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

constexpr std::size_t most = 100;

/// The checksum is looked at only once pixels are asked for.
std::string chunk(const std::string& type, const std::string& content) {
  return big(content.size(), 4) + type + content + "CRC?";
}

std::string start(std::uint32_t frames, std::uint32_t plays = 0) {
  return "\x89PNG\r\n\x1a\n"s + chunk("IHDR", big(8, 4) + big(6, 4) + "\x08\2\0\0\0"s) +
         chunk("acTL", big(frames, 4) + big(plays, 4));
}

std::string control(std::uint32_t number, std::uint32_t width = 8, std::uint32_t height = 6,
                    std::uint32_t left = 0, std::uint32_t top = 0,
                    const std::string& rest = "\0\1\0\x0a\0\0"s) {
  return chunk("fcTL", big(number, 4) + big(width, 4) + big(height, 4) + big(left, 4) + big(top, 4) + rest);
}

std::string pixels(std::uint32_t number) {
  return chunk("fdAT", big(number, 4) + "pixels");
}

const std::string still = chunk("IDAT", "pixels");
const std::string end = chunk("IEND", "");

std::string error_of(const std::string& png) {
  const auto apng = read_apng_structure(png, most);
  return apng ? "it is read" : apng.error();
}

TEST(ApngStructure, KnowsFramesAndWhatBecomesOfThem) {
  const std::string png = start(2, 7) + control(0) + still + control(1, 3, 2, 5, 4, "\0\1\0\0\2\1"s) +
                          pixels(2) + pixels(3) + end;
  const auto apng = read_apng_structure(png, most);
  ASSERT_TRUE(apng) << apng.error();
  ASSERT_TRUE(*apng);
  EXPECT_EQ((*apng)->plays, 7);
  EXPECT_TRUE((*apng)->still_is_first);
  ASSERT_EQ((*apng)->frames.size(), 2U);
  EXPECT_EQ((*apng)->frames[0].delay_ms, 100);
  const ApngFrame& last = (*apng)->frames[1];
  EXPECT_EQ(last.delay_ms, 10) << "a denominator of 0 is 100";
  EXPECT_EQ(last.disposal, ApngDisposal::restore);
  EXPECT_TRUE(last.is_over);
  EXPECT_EQ(png.substr(last.begin, last.end - last.begin), pixels(2) + pixels(3));
}

TEST(ApngStructure, TheStillPictureMayBeNoFrame) {
  const std::string png = start(1) + still + control(0) + pixels(1) + end;
  const auto apng = read_apng_structure(png, most);
  ASSERT_TRUE(apng) << apng.error();
  EXPECT_FALSE((*apng)->still_is_first);
}

TEST(ApngStructure, WithoutFramesItIsAStill) {
  for (const std::string& png :
       {start(0) + still + end, start(2).substr(0, 33) + still + end, ""s, "\x89PNG"s})
    EXPECT_EQ(read_apng_structure(png, most), std::nullopt);
}

TEST(ApngStructure, WhatIsBehindTheLastFrameIsNoneOfIt) {
  EXPECT_EQ(error_of(start(1) + control(0) + still + control(9) + pixels(4) + end), "it is read");
}

TEST(ApngStructure, SaysWhatIsWrong) {
  EXPECT_THAT(error_of(start(2) + control(0) + still + end), HasSubstr("cut off"));
  EXPECT_THAT(error_of(start(2) + control(0) + still + control(1) + end), HasSubstr("cut off"));
  EXPECT_THAT(error_of(start(2) + control(0) + control(1) + still + end), HasSubstr("no pixels"));
  EXPECT_THAT(error_of(start(2) + control(1) + still + end), HasSubstr("order"));
  EXPECT_THAT(error_of(start(2) + control(0) + still + pixels(1) + end), HasSubstr("order"));
  EXPECT_THAT(error_of(start(2) + control(0, 7) + still + end), HasSubstr("smaller"));
  EXPECT_THAT(error_of(start(2) + control(0) + still + control(1, 8, 6, 1) + end), HasSubstr("outside"));
  EXPECT_THAT(error_of(start(2) + control(0) + still + control(1, 1, 1, 0xffffffff) + end),
              HasSubstr("outside"));
}

TEST(ApngStructure, StopsWhereMoreFramesAreDeclaredThanAreTaken) {
  const auto apng = read_apng_structure(start(100'000) + control(0) + still + end, most);
  ASSERT_TRUE(apng && *apng);
  EXPECT_EQ((*apng)->declared_frames, 100'000U);
  EXPECT_TRUE((*apng)->frames.empty());
}

TEST(ApngStructure, DamagedPixelsMakeNoFrame) {
  const std::string png = start(1) + control(0) + still + end;
  const auto apng = read_apng_structure(png, most);
  ASSERT_TRUE(apng && *apng);
  EXPECT_EQ(png_of_frame(png, **apng, (*apng)->frames.front()), std::nullopt) << "its checksum is wrong";
}

}  // namespace
}  // namespace rucola::render::worker
