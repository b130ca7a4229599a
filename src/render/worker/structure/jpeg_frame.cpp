#include "render/worker/structure/jpeg_frame.h"

#include <cstdint>

#include "render/worker/structure/big_endian.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

// ITU-T T.81, table B.1.
constexpr std::uint8_t baseline_frame = 0xc0;
constexpr std::uint8_t progressive_frame = 0xc2;
constexpr std::uint8_t last_frame = 0xcf;
constexpr std::uint8_t huffman_tables = 0xc4;
constexpr std::uint8_t reserved = 0xc8;
constexpr std::uint8_t arithmetic_conditions = 0xcc;
constexpr std::uint8_t end_of_image = 0xd9;
constexpr std::uint8_t start_of_scan = 0xda;
constexpr std::uint8_t fill = 0xff;

bool is_frame(std::uint8_t marker) {
  return marker >= baseline_frame && marker <= last_frame && marker != huffman_tables && marker != reserved &&
         marker != arithmetic_conditions;
}

/// `frame`: what is behind the marker.
std::optional<Size> size_of_frame(std::uint8_t marker, std::string_view frame) {
  constexpr std::size_t size = 8;
  constexpr std::uint8_t bits = 8;
  if (marker > progressive_frame || frame.size() < size) return std::nullopt;
  const auto components = big_endian<std::uint8_t>(frame, 7);
  if (big_endian<std::uint8_t>(frame, 2) != bits || (components != 1 && components != 3)) return std::nullopt;
  const Size found{big_endian<std::uint16_t>(frame, 5), big_endian<std::uint16_t>(frame, 3)};
  return found.width > 0 && found.height > 0 ? std::optional(found) : std::nullopt;
}

}  // namespace

std::optional<Size> size_of_ordinary_jpeg(std::string_view bytes) {
  // Tables, EXIF and a profile are less; a hundred directories may point to one and the same long list of
  // segments.
  constexpr std::size_t farthest = std::size_t{1} << 20;
  bytes = bytes.substr(0, farthest);
  if (!bytes.starts_with("\xff\xd8\xff"sv)) return std::nullopt;
  std::size_t at = 2;
  while (at < bytes.size() && big_endian<std::uint8_t>(bytes, at) == fill) {
    while (at < bytes.size() && big_endian<std::uint8_t>(bytes, at) == fill)
      ++at;
    if (bytes.size() - at < 3) return std::nullopt;
    const auto marker = big_endian<std::uint8_t>(bytes, at++);
    if (marker == start_of_scan || marker == end_of_image) return std::nullopt;
    if (is_frame(marker)) return size_of_frame(marker, bytes.substr(at));
    const auto length = big_endian<std::uint16_t>(bytes, at);
    if (length < 2) return std::nullopt;
    at += length;
  }
  return std::nullopt;
}

}  // namespace rucola::render::worker
