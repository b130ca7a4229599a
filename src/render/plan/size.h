// Sizes and places on images, in whole pixels. Values.
#pragma once

#include <cstdint>
#include <tuple>

#include "render/plan/field.h"

namespace rucola::render {

struct Size {
  std::int32_t width = 0;   ///< pixels
  std::int32_t height = 0;  ///< pixels of one frame
  bool operator==(const Size&) const = default;
};

/// Of a drawing, before it is rounded to whole pixels: what its ratio follows from.
struct ExactSize {
  double width = 0;
  double height = 0;
  bool operator==(const ExactSize&) const = default;
};

/// Of a box on an image, in pixels; negative where it starts outside.
struct Position {
  std::int32_t left = 0;
  std::int32_t top = 0;
  bool operator==(const Position&) const = default;

  static constexpr std::tuple fields{Field{"left", &Position::left}, Field{"top", &Position::top}};
};

}  // namespace rucola::render
