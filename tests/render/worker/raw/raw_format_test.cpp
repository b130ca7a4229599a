#include "render/worker/raw/raw_format.h"

#include <string>

#include <gtest/gtest.h>

#include "render/worker/raw_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

constexpr std::uint16_t compression = 0x0103;
constexpr std::uint16_t photometric = 0x0106;
constexpr std::uint16_t make = 0x010f;
constexpr std::uint16_t directories = 0x014a;
constexpr std::uint16_t dng_version = 0xc612;
constexpr std::uint32_t cfa = 32803;
constexpr int text = 2;
constexpr int byte = 1;

/// A TIFF of one directory, whose maker stands behind it.
std::string made_by(const std::string& name, std::vector<RawEntry> entries) {
  const std::string maker = name + '\0';
  const auto at = static_cast<std::uint32_t>(8 + directory_size(entries.size() + 1));
  entries.push_back({make, text, static_cast<std::uint32_t>(maker.size()), at});
  return tiff_head() + directory(entries) + maker;
}

TEST(RawFormat, TellsByMarks) {
  EXPECT_EQ(raw_format("FUJIFILMCCD-RAW 0201"), Format::raf);
  EXPECT_EQ(raw_format("IIRO\x08\0\0\0"s), Format::orf);
  EXPECT_EQ(raw_format("IIRS\x08\0\0\0"s), Format::orf);
  EXPECT_EQ(raw_format("MMOR\0\0\0\x08"s), Format::orf);
  EXPECT_EQ(raw_format("IIU\0\x18\0\0\0"s), Format::rw2);
  EXPECT_EQ(raw_format("II*\0\x10\0\0\0CR\2\0"s), Format::cr2);
  EXPECT_EQ(raw_format("\0\0\0\x18"
                       "ftypcrx \0\0\0\1crx isom"s),
            Format::cr3);
  EXPECT_EQ(raw_format("\0\0\0\x18"
                       "ftypisom\0\0\0\1crx isom"s),
            std::nullopt);
}

TEST(RawFormat, TellsTiffsByMakerAndSensor) {
  EXPECT_EQ(raw_format(made_by("NIKON CORPORATION", {{photometric, short_value, 1, cfa}})), Format::nef);
  EXPECT_EQ(raw_format(made_by("Nikon", {{compression, short_value, 1, 34713}})), Format::nef);
  EXPECT_EQ(raw_format(made_by("SONY", {{compression, short_value, 1, 32767}})), Format::arw);
  EXPECT_EQ(raw_format(made_by("PENTAX", {{compression, short_value, 1, 65535}})), Format::pef);
  EXPECT_EQ(raw_format(made_by("RICOH IMAGING COMPANY, LTD.", {{photometric, short_value, 1, cfa}})),
            Format::pef);
  EXPECT_EQ(raw_format(made_by("SAMSUNG", {{compression, short_value, 1, 32770}})), Format::srw);
  EXPECT_EQ(raw_format(tiff_head() + directory({{dng_version, byte, 4, 0x0401}})), Format::dng);
}

TEST(RawFormat, SensorsLieInDirectoriesBelowAndBehind) {
  const std::vector<RawEntry> sensor{{photometric, short_value, 1, cfa}};
  const std::string maker = "NIKON";
  const auto first = static_cast<std::uint32_t>(8 + directory_size(2));
  const auto second = static_cast<std::uint32_t>(first + directory_size(1));
  const RawEntry made{make, text, 5, second};
  EXPECT_EQ(raw_format(tiff_head() + directory({made, {directories, long_value, 1, first}}) +
                       directory(sensor) + maker),
            Format::nef);
  EXPECT_EQ(raw_format(tiff_head() + directory({made, {photometric, short_value, 1, 2}}, first) +
                       directory(sensor) + maker),
            Format::nef);
}

TEST(RawFormat, WhatPhotographersExportIsATiff) {
  EXPECT_EQ(raw_format(made_by("NIKON CORPORATION", {{photometric, short_value, 1, 2}})), std::nullopt);
  EXPECT_EQ(raw_format(made_by("SONY", {{compression, short_value, 1, 7}, {photometric, short_value, 1, 6}})),
            std::nullopt);
  EXPECT_EQ(raw_format(made_by("Nobody", {{photometric, short_value, 1, cfa}})), std::nullopt);
  EXPECT_EQ(raw_format(tiff_head() + directory({{photometric, short_value, 1, cfa}})), std::nullopt)
      << "no maker";
  EXPECT_EQ(raw_format("II+\0\x08\0\0\0"s + directory({{dng_version, byte, 4, 0x0401}})), std::nullopt)
      << "BigTIFF";
  EXPECT_EQ(raw_format("II*\0"s), std::nullopt);
  EXPECT_EQ(raw_format(""), std::nullopt);
}

TEST(RawFormat, DirectoriesThatGoInCirclesEnd) {
  const std::string bytes = tiff_head() + directory({{directories, long_value, 100, 8}}, 8);
  const auto found = raw_directories(*raw_tiff(bytes));
  EXPECT_LE(found.size(), 8U * 17);
  EXPECT_EQ(raw_format(bytes), std::nullopt);
}

}  // namespace
}  // namespace rucola::render::worker
