#include "render/plan/steps/rotate.h"

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

double normalised_turn(double degrees) {
  constexpr double full_turn = 360;
  const double rest = std::fmod(degrees, full_turn);
  const double positive = rest < 0 ? rest + full_turn : rest;
  return positive >= full_turn ? 0 : positive;  // a tiny negative angle rounds up to a full turn
}

bool RotateStep::makes_transparent() const {
  return std::fmod(degrees, 90) != 0 && background_opacity < 100;
}

std::optional<Placement> RotateStep::moves(Size before) const {
  const auto width = static_cast<double>(before.width);
  const auto height = static_cast<double>(before.height);
  if (degrees == 90) return Placement{.xx = 0, .xy = -1, .yx = 1, .yy = 0, .left = height};
  if (degrees == 180) return Placement{.xx = -1, .yy = -1, .left = width, .top = height};
  if (degrees == 270) return Placement{.xx = 0, .xy = 1, .yx = -1, .yy = 0, .top = width};
  return std::nullopt;
}

}  // namespace rucola::render
