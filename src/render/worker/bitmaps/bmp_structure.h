// A BMP by its headers: Windows' of any version, OS/2's, and the one inside of an icon, which has no file
// around it.
//
// Pure; hostile input is expected. Views are of the bytes that were read.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "render/plan/size.h"

namespace rucola::render::worker {

enum class BmpCoding { plain, runs_of_8_bits, runs_of_4_bits };

struct BmpColor {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;

  bool operator==(const BmpColor&) const = default;
};

/// Which bits of a pixel say what. No alpha: it is opaque.
struct BmpMasks {
  std::uint32_t red = 0;
  std::uint32_t green = 0;
  std::uint32_t blue = 0;
  std::uint32_t alpha = 0;

  bool operator==(const BmpMasks&) const = default;
};

struct BmpStructure {
  Size size;
  bool top_down = false;
  int bits = 0;  ///< of a pixel: 1, 2, 4, 8, 16, 24, 32
  BmpCoding coding = BmpCoding::plain;
  BmpMasks masks{};                 ///< of 16 and 32 bits
  std::vector<BmpColor> palette{};  ///< of up to 8 bits
  std::string_view pixels{};        ///< and whatever is behind them
  std::string_view profile{};       ///< ICC; empty where it brings none
};

/// Bytes from one row of plain pixels to the next.
std::size_t bmp_stride(std::int64_t width, int bits);

/// Do the bytes begin as a BMP does? Texts may begin with the same two letters.
bool is_bmp(std::string_view bytes);

/// The error says what is wrong, or what is not read. Whether all of the pixels are there is not asked.
std::expected<BmpStructure, std::string> read_bmp_structure(std::string_view bytes);
/// As icons have it: nothing before the header, and a mask, one bit a pixel, behind the pixels, of which the
/// height in the header is that of both.
std::expected<BmpStructure, std::string> read_icon_bitmap(std::string_view bytes);

}  // namespace rucola::render::worker
