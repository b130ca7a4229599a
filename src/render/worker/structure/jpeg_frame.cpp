#include "render/worker/structure/jpeg_frame.h"

#include <bit>
#include <cstdint>

#include "render/worker/structure/big_endian.h"
#include "render/worker/structure/number_bytes.h"

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

// Behind a frame's marker (ITU-T T.81, B.2.2): its length, bits, sides, and three bytes for each component.
constexpr std::size_t height_in_frame = 3;
constexpr std::size_t width_in_frame = 5;
constexpr std::size_t components_in_frame = 7;

bool is_frame(std::uint8_t marker) {
  return marker >= baseline_frame && marker <= last_frame && marker != huffman_tables && marker != reserved &&
         marker != arithmetic_conditions;
}

/// `frame`: what is behind the marker.
std::optional<Size> size_of_frame(std::uint8_t marker, std::string_view frame) {
  constexpr std::size_t size = 8;
  constexpr std::uint8_t bits = 8;
  if (marker > progressive_frame || frame.size() < size) return std::nullopt;
  const auto components = big_endian<std::uint8_t>(frame, components_in_frame);
  if (big_endian<std::uint8_t>(frame, 2) != bits || (components != 1 && components != 3)) return std::nullopt;
  const Size found{big_endian<std::uint16_t>(frame, width_in_frame),
                   big_endian<std::uint16_t>(frame, height_in_frame)};
  return found.width > 0 && found.height > 0 ? std::optional(found) : std::nullopt;
}

struct Frame {
  std::uint8_t marker;
  std::size_t at;  ///< in the file, behind the marker
};

std::optional<Frame> find_frame(std::string_view bytes) {
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
    if (is_frame(marker)) return Frame{marker, at};
    const auto length = big_endian<std::uint16_t>(bytes, at);
    if (length < 2) return std::nullopt;
    at += length;
  }
  return std::nullopt;
}

/// Then a component has the same blocks whatever the picture's sides are within a block.
bool halves_its_components(std::string_view frame) {
  if (frame.size() <= components_in_frame) return false;
  const auto count = big_endian<std::uint8_t>(frame, components_in_frame);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t factors_at = components_in_frame + 2 + 3 * i;
    if (frame.size() <= factors_at) return false;
    const unsigned factors = big_endian<std::uint8_t>(frame, factors_at);
    if (!std::has_single_bit(factors >> 4U) || !std::has_single_bit(factors & 15U)) return false;
  }
  return true;
}

/// Of all pixels at a smaller size that are at least half inside.
std::uint32_t side_of_whole_pixels(std::uint32_t side, std::uint32_t shrink) {
  constexpr std::uint32_t longest = 65'500;  // libjpeg's
  const std::uint32_t inside = side % shrink;
  const std::uint32_t whole = side - inside + shrink;
  return 2 * inside >= shrink && whole <= longest ? whole : side;
}

}  // namespace

std::optional<Size> size_of_ordinary_jpeg(std::string_view bytes) {
  const auto frame = find_frame(bytes);
  if (!frame) return std::nullopt;
  return size_of_frame(frame->marker, bytes.substr(frame->at));
}

std::optional<std::string> jpeg_with_whole_pixels(std::string_view bytes, int shrink) {
  const auto frame = find_frame(bytes);
  if (!frame || !halves_its_components(bytes.substr(frame->at))) return std::nullopt;
  std::optional<std::string> copy;
  for (const std::size_t side_in_frame : {height_in_frame, width_in_frame}) {
    const std::size_t at = frame->at + side_in_frame;
    const auto side = big_endian<std::uint16_t>(bytes, at);
    const std::uint32_t whole = side_of_whole_pixels(side, static_cast<std::uint32_t>(shrink));
    if (whole == side) continue;
    if (!copy) copy.emplace(bytes);
    copy->replace(at, sizeof side, big_endian_bytes(whole, sizeof side));
  }
  return copy;
}

}  // namespace rucola::render::worker
