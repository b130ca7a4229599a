#include "render/worker/raw/raw_metadata.h"

#include <string>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "render/worker/metadata/exif_fields.h"
#include "render/worker/raw_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

constexpr std::uint16_t make = 0x010f;
constexpr std::uint16_t exif = 0x8769;
constexpr std::uint16_t gps = 0x8825;
constexpr int text = 2;
constexpr int rational = 5;

std::uint32_t number(std::size_t value) {
  return static_cast<std::uint32_t>(value);
}

/// By Exiv2.
std::string fields_of(const std::string& block) {
  MetadataRoom room;
  MetadataFields fields("exif", room);
  read_exif(block, fields);
  return boost::json::serialize(fields.take());
}

/// A maker, strips, XMP; below, the number of ISO, a time of 1/125 s and a note of the maker; an altitude.
std::string raw() {
  const std::size_t photo = 8 + directory_size(5);
  const std::size_t place = photo + directory_size(3);
  const std::size_t behind = place + directory_size(1);
  return tiff_head() +
         directory({{make, text, 6, number(behind)},
                    {0x0111, long_value, 1, 9},
                    {0x02bc, undefined_value, 4, 0x3e2f'783c},
                    {exif, long_value, 1, number(photo)},
                    {gps, long_value, 1, number(place)}}) +
         directory({{0x829a, rational, 1, number(behind + 6)},
                    {0x8827, short_value, 1, 400},
                    {0x927c, undefined_value, 6, number(behind)}}) +
         directory({{0x0006, rational, 1, number(behind + 14)}}) + "Maker\0"s + little(1, 4) +
         little(125, 4) + little(500, 4) + little(2, 4);
}

TEST(RawMetadata, IsABlockOfItsOwn) {
  const std::string bytes = raw();
  const RawMetadata metadata = read_raw_metadata(bytes, Format::nef);
  EXPECT_EQ(fields_of(metadata.exif),
            R"({"make":"Maker","exposure_time":8E-3,"iso_speed_ratings":400,"gps":{"altitude":2.5E2}})");
  EXPECT_EQ(metadata.xmp, "<x/>");
  EXPECT_TRUE(metadata.iptc.empty());
  EXPECT_LT(metadata.exif.size(), 200U) << "no note, and nothing of the sensor";
}

TEST(RawMetadata, WhatIsDamagedIsNotThere) {
  const std::string bytes = raw();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const RawMetadata metadata = read_raw_metadata(bytes.substr(0, size), Format::nef);
    if (metadata.exif.empty()) continue;
    EXPECT_NO_THROW(fields_of(metadata.exif)) << size;
  }
  EXPECT_TRUE(read_raw_metadata("FUJIFILMCCD-RAW ", Format::raf).exif.empty());
  EXPECT_TRUE(
      read_raw_metadata(tiff_head() + directory({{0x0111, long_value, 1, 9}}), Format::nef).exif.empty());
}

/// A thousand entries of one and the same long text.
TEST(RawMetadata, IsAboutAsLongAsABlockMayBe) {
  const std::size_t photo = 8 + directory_size(1);
  const std::size_t behind = photo + directory_size(1000);
  const std::string bytes =
      tiff_head() + directory({{exif, long_value, 1, number(photo)}}) +
      directory(std::vector<RawEntry>(1000, {0x9286, undefined_value, 60'000, number(behind)})) +
      std::string(60'000, 'x');
  const std::size_t size = read_raw_metadata(bytes, Format::nef).exif.size();
  EXPECT_GT(size, 64U << 10) << "its reader leaves it out, and says so";
  EXPECT_LT(size, 128U << 10);
}

}  // namespace
}  // namespace rucola::render::worker
