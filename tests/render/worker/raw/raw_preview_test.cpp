#include "render/worker/raw/raw_preview.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/raw_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

constexpr std::uint16_t kind = 0x00fe;
constexpr std::uint16_t compression = 0x0103;
constexpr std::uint16_t strip = 0x0111;
constexpr std::uint16_t orientation = 0x0112;
constexpr std::uint16_t strip_size = 0x0117;
constexpr std::uint16_t jpeg = 0x0201;
constexpr std::uint16_t jpeg_size = 0x0202;
constexpr std::uint16_t exif = 0x8769;
constexpr std::uint16_t note = 0x927c;

const std::string small = jpeg_head(160, 120);
const std::string large = jpeg_head(1600, 1200);

std::uint32_t number(std::size_t value) {
  return static_cast<std::uint32_t>(value);
}

std::string_view preview_of(const std::string& bytes, Format format = Format::nef) {
  const auto preview = read_raw_preview(bytes, format);
  return preview ? preview->jpeg : std::string_view();
}

std::string error_of(const std::string& bytes, Format format = Format::nef) {
  const auto preview = read_raw_preview(bytes, format);
  return preview ? "" : preview.error();
}

/// Two directories, with the first JPEG in a strip, the second one as EXIF has it, and what comes behind
/// them.
std::string with_two(const std::string& in_strip, const std::string& in_exif, std::uint32_t held = 1) {
  const std::size_t second = 8 + directory_size(4);
  const std::size_t jpegs = second + directory_size(2);
  return tiff_head() +
         directory({{compression, short_value, 1, 6},
                    {strip, long_value, 1, number(jpegs)},
                    {orientation, short_value, 1, held},
                    {strip_size, long_value, 1, number(in_strip.size())}},
                   number(second)) +
         directory({{jpeg, long_value, 1, number(jpegs + in_strip.size())},
                    {jpeg_size, long_value, 1, number(in_exif.size())}}) +
         in_strip + in_exif;
}

TEST(RawPreview, IsTheLargestWhereverItLies) {
  EXPECT_EQ(preview_of(with_two(small, large)), large);
  EXPECT_EQ(preview_of(with_two(large, small)), large);
}

TEST(RawPreview, OfEqualOnesIsTheOneOfMoreBytes) {
  const std::string better = large + "more";
  EXPECT_EQ(preview_of(with_two(large, better)), better);
  EXPECT_EQ(preview_of(with_two(better, large)), better);
}

TEST(RawPreview, TheSensorsDataIsNone) {
  const std::string sensor = jpeg_head(6000, 4000, '\xc3', 14, 2);
  EXPECT_EQ(preview_of(with_two(sensor, small)), small);
  EXPECT_EQ(error_of(with_two(sensor, sensor)), "it has no preview");
  EXPECT_EQ(error_of(tiff_head() + directory({{orientation, short_value, 1, 1}})), "it has no preview");
  EXPECT_EQ(error_of("II*\0"s), "it has no preview");
}

TEST(RawPreview, OfSeveralStripsIsNone) {
  std::string bytes = with_two(large, small);
  bytes[8 + 2 + 12 + 4] = 2;  // strips
  EXPECT_EQ(preview_of(bytes), small);
}

TEST(RawPreview, OfAnotherPackingIsNone) {
  std::string bytes = with_two(large, small);
  bytes[8 + 2 + 8] = 1;
  EXPECT_EQ(preview_of(bytes), small);
}

/// The first JPEG as one of another kind, the second one as EXIF has it.
std::string with_one_of_kind(std::uint32_t number_of_kind, const std::string& of_kind,
                             const std::string& in_exif) {
  const std::size_t second = 8 + directory_size(4);
  const std::size_t jpegs = second + directory_size(2);
  return tiff_head() +
         directory({{kind, long_value, 1, number_of_kind},
                    {compression, short_value, 1, 7},
                    {strip, long_value, 1, number(jpegs)},
                    {strip_size, long_value, 1, number(of_kind.size())}},
                   number(second)) +
         directory({{jpeg, long_value, 1, number(jpegs + of_kind.size())},
                    {jpeg_size, long_value, 1, number(in_exif.size())}}) +
         of_kind + in_exif;
}

TEST(RawPreview, DepthMapsAndMasksAreNone) {
  constexpr auto nothing = "it has no preview";
  // A mask, a smaller one, a depth map, a smaller one, enhanced data, a mask of what is to be seen.
  for (const std::uint32_t other : {4U, 5U, 8U, 9U, 16U, 0x10004U}) {
    EXPECT_EQ(preview_of(with_one_of_kind(other, large, small), Format::dng), small) << other;
    EXPECT_EQ(error_of(with_one_of_kind(other, large, "none"), Format::dng), nothing) << other;
  }
  for (const std::uint32_t picture : {0U, 1U, 0x10001U})
    EXPECT_EQ(preview_of(with_one_of_kind(picture, large, small), Format::dng), large) << picture;
}

TEST(RawPreview, HasTheFilesOrientation) {
  EXPECT_EQ(read_raw_preview(with_two(large, small, 6), Format::nef)->orientation, 6);
  for (const std::uint32_t odd : {0U, 9U, 65'535U})
    EXPECT_EQ(read_raw_preview(with_two(large, small, odd), Format::nef)->orientation, 1) << odd;
}

TEST(RawPreview, ThatIsCutOffIsSaidToBe) {
  const std::string bytes = with_two(small, large);
  const std::string cut = bytes.substr(0, bytes.size() - 1);
  EXPECT_THAT(error_of(cut), HasSubstr("cut off"));
  const std::string without = bytes.substr(0, bytes.size() - large.size());
  EXPECT_THAT(error_of(without), HasSubstr("cut off")) << "which of them was the largest nobody knows";
}

TEST(RawPreview, OfPanasonicIsAValue) {
  const std::size_t at = 8 + directory_size(1);
  for (const std::uint16_t tag : {0x002e, 0x0127}) {
    const std::string bytes =
        tiff_head("IIU\0"s) + directory({{tag, undefined_value, number(large.size()), number(at)}}) + large;
    EXPECT_EQ(preview_of(bytes, Format::rw2), large);
    EXPECT_EQ(error_of(bytes, Format::orf), "it has no preview") << "these tags are Panasonic's";
  }
}

TEST(RawPreview, OfFujiIsNamedInTheHead) {
  const std::string head = "FUJIFILMCCD-RAW "s + std::string(68, ' ');
  EXPECT_EQ(preview_of(head + big(92, 4) + big(large.size(), 4) + large + "sensor", Format::raf), large);
  EXPECT_THAT(error_of(head + big(92, 4) + big(large.size() + 1, 4) + large, Format::raf),
              HasSubstr("cut off"));
  EXPECT_EQ(error_of(head, Format::raf), "it has no preview");
}

/// An EXIF directory with a note of the maker.
std::string with_note(const std::string& made) {
  const std::size_t exif_at = 8 + directory_size(1);
  const std::size_t note_at = exif_at + directory_size(1);
  return tiff_head() + directory({{exif, long_value, 1, number(exif_at)}}) +
         directory({{note, undefined_value, number(made.size()), number(note_at)}}) + made;
}

/// Settings as Olympus has them, the preview right behind; offsets are counted from the mark.
std::string olympus(const std::string& mark, std::size_t counted_from = 0, std::uint32_t more = 0) {
  const std::size_t settings = counted_from + mark.size() + directory_size(1);
  const std::size_t preview = settings + directory_size(2);
  return mark + directory({{0x2020, long_value, 1, number(settings)}}) +
         directory({{0x0101, long_value, 1, number(preview)},
                    {0x0102, long_value, 1, number(large.size() + more)}}) +
         large;
}

TEST(RawPreview, OfOlympusLiesInTheNote) {
  EXPECT_EQ(preview_of(with_note(olympus("OLYMPUS\0II\3\0"s)), Format::orf), large);
  EXPECT_EQ(preview_of(with_note(olympus("OM SYSTEM\0\0\0II\4\0"s)), Format::orf), large);
  const std::size_t note_at = 8 + 2 * directory_size(1);
  EXPECT_EQ(preview_of(with_note(olympus("OLYMP\0\1\0"s, note_at)), Format::orf), large);
}

TEST(RawPreview, OfNikonsNoteIsOneToo) {
  const std::string head = "II*\0"s + little(8, 4);
  const std::size_t below = 8 + directory_size(1);
  const std::string tiff = head + directory({{0x0011, long_value, 1, number(below)}}) +
                           directory({{jpeg, long_value, 1, number(below + directory_size(2))},
                                      {jpeg_size, long_value, 1, number(large.size())}}) +
                           large;
  EXPECT_EQ(preview_of(with_note("Nikon\0\2\x10\0\0"s + tiff)), large);
}

TEST(RawPreview, ANoteThatPointsNowhereCountsForNothing) {
  EXPECT_EQ(error_of(with_note(olympus("OLYMPUS\0II\3\0"s, 0, 1)), Format::orf), "it has no preview");
  for (const std::string& mark :
       {"OLYMPUS\0II\3\0"s, "OM SYSTEM\0\0\0II\4\0"s, "OLYMP\0\1\0"s, "Nikon\0\2\x10\0\0II"s}) {
    EXPECT_EQ(error_of(with_note(mark), Format::orf), "it has no preview");
    EXPECT_EQ(error_of(with_note(mark + std::string(20, '\xff')), Format::orf), "it has no preview");
  }
}

}  // namespace
}  // namespace rucola::render::worker
