#include "render/plan/steps.h"

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

Size size_of(const Layer& layer) {
  Size size = layer.source;
  for (const Step& step : layer.steps)
    size = size_after(size, step);
  return size;
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

std::optional<Placement> ResizeStep::moves(Size before) const {
  return Placement{.xx = static_cast<double>(to.width) / before.width,
                   .yy = static_cast<double>(to.height) / before.height};
}

std::optional<Placement> CropStep::moves(Size /*before*/) const {
  return Placement{.left = static_cast<double>(-left), .top = static_cast<double>(-top)};
}

std::optional<Placement> RotateStep::moves(Size before) const {
  const auto width = static_cast<double>(before.width);
  const auto height = static_cast<double>(before.height);
  if (degrees == 90) return Placement{.xx = 0, .xy = -1, .yx = 1, .yy = 0, .left = height};
  if (degrees == 180) return Placement{.xx = -1, .yy = -1, .left = width, .top = height};
  if (degrees == 270) return Placement{.xx = 0, .xy = 1, .yx = -1, .yy = 0, .top = width};
  return std::nullopt;
}

std::optional<Placement> DropShadowStep::moves(Size /*before*/) const {
  return Placement{.left = static_cast<double>(left()), .top = static_cast<double>(top())};
}

std::optional<Placement> CompositionStep::moves(Size /*before*/) const {
  if (image_left_out) return std::nullopt;
  return Placement{.left = static_cast<double>(image.left), .top = static_cast<double>(image.top)};
}

std::optional<Placement> placement_of(const Step& step, Size before) {
  return std::visit(
      [&](const auto& kind) -> std::optional<Placement> {
        if constexpr (requires { kind.moves(before); }) {
          return kind.moves(before);
        } else if constexpr (requires { kind.after(before); }) {
          return std::nullopt;
        } else {
          return Placement{};
        }
      },
      step);
}

bool makes_transparent(const Step& step) {
  return std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.makes_transparent(); }) {
          return kind.makes_transparent();
        } else {
          return false;
        }
      },
      step);
}

}  // namespace rucola::render
