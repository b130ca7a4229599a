#include "render/plan/anchor.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace rucola::render {
namespace {

constexpr std::int64_t largest_offset = 99'999;

std::optional<Offset> parse_offset(std::string_view text, std::string_view near, std::string_view far) {
  if (text == near) return Offset{Offset::Kind::near};
  if (text == "center") return Offset{Offset::Kind::middle};
  if (text == far) return Offset{Offset::Kind::far};
  std::int64_t pixel = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, pixel);
  if (error != std::errc{} || end != last || pixel < 0 || pixel > largest_offset) return std::nullopt;
  return Offset{Offset::Kind::pixel, pixel};
}

std::int32_t start_around(double middle, std::int32_t box, std::int32_t room) {
  const double start = std::round(middle - box / 2.0);
  const double least = std::min(room, 0);
  const double most = std::max(room, 0);
  return static_cast<std::int32_t>(std::clamp(start, least, most));
}

}  // namespace

std::optional<Anchor> parse_anchor(std::string_view text) {
  const std::size_t separator = text.find_first_of("_-");
  if (separator == std::string_view::npos) return std::nullopt;
  const auto horizontal = parse_offset(text.substr(0, separator), "left", "right");
  const auto vertical = parse_offset(text.substr(separator + 1), "top", "bottom");
  if (!horizontal || !vertical) return std::nullopt;
  return Anchor{.horizontal = *horizontal, .vertical = *vertical};
}

std::int32_t free_start(const Offset& offset, std::int32_t axis, std::int32_t box, double pixel_ratio) {
  const std::int32_t room = axis - box;
  switch (offset.kind) {
    case Offset::Kind::near:
      return 0;
    case Offset::Kind::middle:
      return room / 2;
    case Offset::Kind::far:
      return room;
    case Offset::Kind::pixel:
      return static_cast<std::int32_t>(std::lround(static_cast<double>(offset.pixel) * pixel_ratio));
    case Offset::Kind::around:
      return start_around(static_cast<double>(offset.pixel), box, room);
  }
  return 0;
}

std::int32_t start_inside(const Offset& offset, std::int32_t axis, std::int32_t box, double pixel_ratio) {
  return std::min(free_start(offset, axis, box, pixel_ratio), axis - box);
}

}  // namespace rucola::render
