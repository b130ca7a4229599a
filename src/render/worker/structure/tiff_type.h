// The types that values of a TIFF, and of EXIF, have in the file: TIFF 6.0, its supplement, and BigTIFF.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rucola::render::worker {

/// A file may say any other number.
enum class TiffType : std::uint16_t {
  none = 0,
  byte = 1,
  ascii = 2,
  short_number = 3,
  long_number = 4,
  fraction = 5,
  signed_byte = 6,
  undefined = 7,
  signed_short = 8,
  signed_long = 9,
  signed_fraction = 10,
  float_number = 11,
  double_number = 12,
  directory = 13,
  big_number = 16,
  signed_big = 17,
  big_directory = 18,
};

/// Of one value; 0: the type is not known.
constexpr std::size_t bytes_of(TiffType type) {
  switch (type) {
    case TiffType::byte:
    case TiffType::ascii:
    case TiffType::signed_byte:
    case TiffType::undefined:
      return 1;
    case TiffType::short_number:
    case TiffType::signed_short:
      return 2;
    case TiffType::long_number:
    case TiffType::signed_long:
    case TiffType::float_number:
    case TiffType::directory:
      return 4;
    case TiffType::fraction:
    case TiffType::signed_fraction:
    case TiffType::double_number:
    case TiffType::big_number:
    case TiffType::signed_big:
    case TiffType::big_directory:
      return 8;
    case TiffType::none:
      break;
  }
  return 0;
}

}  // namespace rucola::render::worker
