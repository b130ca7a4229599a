// The step that turns an image. A value.
#pragma once

#include <optional>
#include <string_view>
#include <tuple>

#include "render/plan/color.h"
#include "render/plan/field.h"
#include "render/plan/placement.h"
#include "render/plan/size.h"

namespace rucola::render {

/// The canvas that holds an image turned by so many degrees.
Size turned(Size size, double degrees);
/// 0 up to, not including, 360: what a turn means, whichever way it was written.
double normalised_turn(double degrees);

/// Clockwise. The canvas grows to hold the corners.
struct RotateStep {
  double degrees = 0;
  Color background;
  double background_opacity = 0;  ///< 0 transparent … 100 opaque

  static constexpr std::string_view name = "rotate";
  static constexpr std::tuple fields{Field{"degrees", &RotateStep::degrees},
                                     Field{"background", &RotateStep::background},
                                     Field{"background_opacity", &RotateStep::background_opacity}};
  [[nodiscard]] Size after(Size before) const { return turned(before, degrees); }
  [[nodiscard]] std::optional<Placement> moves(Size before) const;
  [[nodiscard]] bool makes_transparent() const;
};

}  // namespace rucola::render
