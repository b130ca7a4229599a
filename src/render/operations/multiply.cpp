#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const double factor = options.number("factor");
  MultiplyStep step{.red = factor, .green = factor, .blue = factor};
  if (const auto color = options.optional_color("factor_color")) {
    constexpr double full = 255;
    step = {.red = color->red / full, .green = color->green / full, .blue = color->blue / full};
  }
  const bool changes = step.red < 1 || step.green < 1 || step.blue < 1;
  if (changes) context.append(step);
  return {};
}

}  // namespace

const Operation& multiply() {
  static const Operation row{
      .name = "multiply",
      .description = "Multiplies every channel, which darkens the image.",
      .options =
          {
              {
                  .name = "factor",
                  .type = OptionType::number,
                  .minimum = 0,
                  .maximum = 1,
                  .default_value = 0.96,
                  .help = "The factor of all channels.",
              },
              {
                  .name = "factor_color",
                  .type = OptionType::color,
                  .help = "A colour instead of a factor: each channel is multiplied with its part of this "
                          "colour, so that FFFFFF changes nothing. Six hex digits without #.",
              },
              enabled_option,
          },
      .required = {},
      .one_of = {},
      .later = {},
      .plan = plan,
  };
  return row;
}

}  // namespace rucola::render::operation
