// Where a box lies on an image: `left_top`, `center_bottom`, `10_20`. What crop, composition and text share.
//
// Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rucola::render {

/// Where a box starts along one axis: at the near edge, in the middle, at the far edge, at a pixel, or so
/// that its own middle is at a pixel, as near as the edges allow.
struct Offset {
  enum class Kind : std::uint8_t { near, middle, far, pixel, around } kind = Kind::middle;
  std::int64_t pixel = 0;
  bool operator==(const Offset&) const = default;
};

struct Anchor {
  Offset horizontal;
  Offset vertical;
  bool operator==(const Anchor&) const = default;
};

/// What parse_anchor() reads, as a regular expression for people.
inline constexpr std::string_view anchor_pattern =
    "^(left|center|right|[0-9]{1,5})[_-](top|center|bottom|[0-9]{1,5})$";

std::optional<Anchor> parse_anchor(std::string_view text);

/// The start of a box of length `box` on an axis of length `axis`; one at a pixel may reach over the far
/// edge, one around a pixel only if it is longer than the axis. `pixel_ratio` is what the pixels of an offset
/// `pixel` are multiplied with; those of `around` are the axis' own.
std::int32_t free_start(const Offset& offset, std::int32_t axis, std::int32_t box, double pixel_ratio);
/// The same for a box that is no longer than the axis and never reaches over an edge.
std::int32_t start_inside(const Offset& offset, std::int32_t axis, std::int32_t box, double pixel_ratio);

}  // namespace rucola::render
