#include <cmath>

#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

constexpr double full_turn = 360;

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const double degrees = normalised_turn(options.number("angle"));
  if (degrees == 0) return {};
  RotateStep step{.degrees = degrees, .background = {}, .background_opacity = 0};
  // Quarter turns leave no corners to fill, and a transparent colour has no colour.
  if (std::fmod(degrees, 90) != 0) step.background_opacity = options.number("background_opacity");
  if (step.background_opacity > 0) step.background = options.color("background_color");
  context.append(step);
  return {};
}

}  // namespace

const Operation& rotate() {
  static const Operation row{
      .name = "rotate",
      .description = "Rotates clockwise. The canvas grows to hold the corners.",
      .options =
          {
              {.name = "angle",
               .type = OptionType::number,
               .minimum = -full_turn,
               .maximum = full_turn,
               .help = "Degrees, clockwise; negative turns the other way. May be fractional, such as 120.3."},
              {.name = "background_color",
               .type = OptionType::color,
               .default_value = "FFFFFF",
               .help = "Colour of the corners, six hex digits without #."},
              {.name = "background_opacity",
               .type = OptionType::number,
               .minimum = 0,
               .maximum = 100,
               .default_value = 0.0,
               .help = "Opacity of the corners: 0 is transparent, 100 opaque."},
              enabled_option,
          },
      .required = {"angle"},
      .one_of = {},
      .later = {},
      .plan = plan,
  };
  return row;
}

}  // namespace rucola::render::operation
