// A colour. A value.
#pragma once

#include <cstdint>

namespace rucola::render {

struct Color {
  std::uint8_t red = 255;
  std::uint8_t green = 255;
  std::uint8_t blue = 255;
  bool operator==(const Color&) const = default;
};

}  // namespace rucola::render
