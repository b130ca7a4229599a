#include "render/steps.h"

#include <cmath>
#include <numbers>

namespace rucola::render {

Size turned(Size size, double degrees) {
  if (std::fmod(degrees, 180) == 0) return size;
  if (std::fmod(degrees, 90) == 0) return {size.height, size.width};
  const double radians = degrees * std::numbers::pi / 180;
  const double along = std::abs(std::cos(radians));
  const double across = std::abs(std::sin(radians));
  return {static_cast<std::int32_t>(std::lround(size.width * along + size.height * across)),
          static_cast<std::int32_t>(std::lround(size.width * across + size.height * along))};
}

bool RotateStep::adds_transparency() const {
  return std::fmod(degrees, 90) != 0 && background_opacity < 100;
}

Size size_after(Size size, const Step& step) {
  return std::visit(
      [&](const auto& kind) {
        if constexpr (requires { kind.after(size); }) {
          return kind.after(size);
        } else {
          return size;
        }
      },
      step);
}

bool adds_transparency(const Step& step) {
  return std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.adds_transparency(); }) {
          return kind.adds_transparency();
        } else {
          return false;
        }
      },
      step);
}

}  // namespace rucola::render
