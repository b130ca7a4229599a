#include "render/worker/bitmaps/ico_directory.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "render/worker/bitmaps/bmp_structure.h"
#include "render/worker/structure/big_endian.h"
#include "render/worker/structure/byte_cursor.h"
#include "render/worker/structure/structure_fault.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t directory = 6;
constexpr std::size_t entry = 16;
constexpr std::string_view picture_cut_off = "one of its pictures is cut off";
constexpr std::uint16_t icon = 1;
constexpr std::uint16_t cursor_icon = 2;

/// What of several is preferred.
struct Rank {
  std::int64_t pixels = 0;
  int bits = 0;

  auto operator<=>(const Rank&) const = default;
};

/// The header has its place; what else is wrong its reader says.
std::optional<Rank> rank_of_png(std::string_view png) {
  constexpr std::size_t width_at = 16;
  constexpr std::size_t header_end = 26;
  if (png.size() < header_end) return std::nullopt;
  const auto type = big_endian<std::uint8_t>(png, width_at + 9);
  const int channels = type == 2 ? 3 : type == 4 ? 2 : type == 6 ? 4 : 1;
  return Rank{.pixels = std::int64_t{big_endian<std::uint32_t>(png, width_at)} *
                        (big_endian<std::uint32_t>(png, width_at + 4) & 0x7fff'ffffU),
              .bits = channels * big_endian<std::uint8_t>(png, width_at + 8)};
}

std::optional<Rank> rank_of_bitmap(std::string_view bitmap) {
  const auto bmp = read_icon_bitmap(bitmap);
  if (!bmp) return std::nullopt;
  return Rank{.pixels = std::int64_t{bmp->size.width} * bmp->size.height, .bits = bmp->bits};
}

}  // namespace

bool is_icon(std::string_view bytes) {
  if (bytes.size() < directory + entry) return false;
  ByteCursor cursor(bytes);
  const bool has_no_name = cursor.little16() == 0;
  const std::uint16_t type = cursor.little16();
  const bool has_pictures = cursor.little16() > 0;
  cursor.skip(3);  // width, height, number of colours
  return has_no_name && (type == icon || type == cursor_icon) && has_pictures && cursor.byte() == 0;
}

std::expected<IconPicture, std::string> read_icon(std::string_view bytes) {
  constexpr std::size_t before_size = 8;
  ByteCursor cursor(bytes);
  if (!cursor.skip(directory - 2) || !cursor.has(2)) return wrong(picture_cut_off);
  const std::size_t count = cursor.little16();
  if (!cursor.has(count * entry)) return wrong(picture_cut_off);
  const std::size_t pictures_begin = directory + count * entry;
  std::optional<Rank> best;
  IconPicture chosen;
  for (std::size_t i = 0; i < count; ++i) {
    cursor.skip(before_size);
    const std::size_t size = cursor.little32();
    const std::size_t at = cursor.little32();
    if (at < pictures_begin) return std::unexpected("one of its pictures lies in its directory");
    if (at > bytes.size() || bytes.size() - at < size) return wrong(picture_cut_off);
    const std::string_view picture = bytes.substr(at, size);
    const bool is_png = picture.starts_with("\x89PNG\r\n\x1a\n"sv);
    const std::optional<Rank> rank = is_png ? rank_of_png(picture) : rank_of_bitmap(picture);
    if (!rank) return std::unexpected("the header of one of its pictures is damaged");
    if (best && *rank <= *best) continue;
    best = rank;
    chosen = {.is_png = is_png, .bytes = picture};
  }
  if (!best) return std::unexpected("it has no picture");
  return chosen;
}

}  // namespace rucola::render::worker
