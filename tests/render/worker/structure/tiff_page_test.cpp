#include "render/worker/structure/tiff_page.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "render/worker/raw_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

constexpr std::uint16_t tag = 256;

std::string one_entry(std::uint32_t value, std::uint32_t next) {
  return directory({{tag, short_value, 1, value}}, next);
}

std::string two_pages() {
  const auto second = static_cast<std::uint32_t>(8 + directory_size(1));
  return tiff_head() + one_entry(1, second) + one_entry(2, 0);
}

std::string bigtiff(std::uint64_t pages) {
  constexpr std::uint64_t page_size = 8 + 20 + 8;
  std::string file = "II" + little(43, 2) + little(8, 2) + little(0, 2) + little(16, 8);
  for (std::uint64_t page = 1; page <= pages; ++page)
    file += little(1, 8) + little(tag, 2) + little(short_value, 2) + little(1, 8) + little(page, 8) +
            little(page < pages ? 16 + page * page_size : 0, 8);
  return file;
}

/// The value of the tag; 0: there is no such page.
std::uint32_t value_in(std::string_view bytes, std::int32_t page) {
  const auto found = tiff_page(bytes, page);
  return found ? found->file.number(found->directory, tag).value_or(0) : 0;
}

TEST(TiffPage, EachHasItsDirectory) {
  EXPECT_EQ(value_in(two_pages(), 1), 1U);
  EXPECT_EQ(value_in(two_pages(), 2), 2U);
  EXPECT_EQ(value_in(two_pages(), 3), 0U);
  EXPECT_EQ(tiff_page(two_pages(), 2)->at, 8 + directory_size(1));
}

TEST(TiffPage, SoHaveThoseOfABigTiff) {
  EXPECT_EQ(value_in(bigtiff(3), 1), 1U);
  EXPECT_EQ(value_in(bigtiff(3), 3), 3U);
  EXPECT_EQ(value_in(bigtiff(3), 4), 0U);
}

TEST(TiffPage, TheFirstBytesOfABigEndianOneAreTheHighest) {
  const std::string file = "MM\0*"s + big(8, 4) + big(1, 2) + big(tag, 2) + big(short_value, 2) + big(1, 4) +
                           big(7, 2) + big(0, 2) + big(0, 4);
  EXPECT_EQ(value_in(file, 1), 7U);
}

TEST(TiffPage, WhatIsNoneHasNone) {
  for (const std::string& bytes : {""s, "II"s, "II*\0"s, "II+\0"s, "XX*\0\x08\0\0\0"s, "II\x2c\0\x08\0\0\0"s,
                                   "II*\0\0\0\0\0"s, tiff_head(), "II*\0\xff\xff\xff\xff"s})
    EXPECT_FALSE(tiff_page(bytes, 1)) << bytes;
  for (const std::string& whole : {two_pages(), bigtiff(2)}) {
    for (std::size_t size = 0; size + 8 < whole.size(); ++size)
      EXPECT_EQ(value_in(whole.substr(0, size), 2), 0U) << size;
  }
}

TEST(TiffPage, ARingHasNoEndAndDoesNoHarm) {
  const std::string ring = tiff_head() + one_entry(5, 8);
  EXPECT_EQ(value_in(ring, 100'000), 5U);
}

}  // namespace
}  // namespace rucola::render::worker
