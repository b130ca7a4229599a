// A Photoshop file (PSD, and PSB for large ones) by its sections: the finished picture that lies behind the
// layers, and what is said of it. The layers themselves are not read.
//
// Pure; hostile input is expected. Views are of the bytes that were read.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "render/plan/size.h"

namespace rucola::render::worker {

enum class PsdColors { bitmap, grey, palette, rgb, cmyk, lab };

struct PsdStructure {
  Size size;
  PsdColors colors = PsdColors::rgb;
  int bits = 8;      ///< of a sample: 1, 8, 16
  int channels = 0;  ///< with those that are no colours: opacity, saved selections, inks
  /// The first channel behind the colours is opacity, and the colours lie on white by it.
  bool has_alpha = false;
  bool is_large = false;  ///< a PSB: some lengths have more bytes
  bool is_packed = false;
  std::string_view pixels{};
  std::string_view palette{};  ///< all of red, of green, of blue: 256 each
  std::optional<std::uint8_t> transparent_color{};
  std::string_view profile{};  ///< these are empty where it brings none
  std::string_view exif{};
  std::string_view iptc{};
  std::string_view xmp{};
};

int psd_color_channels(PsdColors colors);

/// Do the bytes begin as a Photoshop file does?
bool is_psd(std::string_view bytes);

/// The error says what is wrong, or what is not read. Whether all of the pixels are there is not asked.
std::expected<PsdStructure, std::string> read_psd_structure(std::string_view bytes);

}  // namespace rucola::render::worker
