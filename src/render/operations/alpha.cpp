#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

Step step_of(std::string_view mode, std::int32_t opacity) {
  if (mode == "mask") return AlphaMaskStep{};
  if (mode == "extract") return AlphaExtractStep{};
  if (mode == "remove") return AlphaRemoveStep{};
  return OpacityStep{opacity};
}

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const std::string_view mode = options.text("mode");
  const auto opacity = static_cast<std::int32_t>(options.integer("opacity"));
  constexpr std::int32_t unchanged = 100;
  if (mode == "apply" && opacity == unchanged) return {};
  context.append(step_of(mode, opacity));
  return {};
}

}  // namespace

const Operation& alpha() {
  static const Operation row{
      .name = "alpha",
      .description = "Works on the transparency of the image.",
      .options =
          {
              {.name = "mode",
               .type = OptionType::choice,
               .default_value = "mask",
               .values = {"mask", "extract", "remove", "apply"},
               .help =
                   "mask: the opacity as a grey image, white where the image is opaque; extract: the opacity "
                   "alone, its colour black all over; remove: the colours without the opacity; apply: "
                   "multiplies the opacity with the option opacity."},
              {
                  .name = "opacity",
                  .type = OptionType::integer,
                  .minimum = 0,
                  .maximum = 100,
                  .default_value = std::int64_t{50},
                  .help = "Percentage for the mode apply: 0 is transparent, 100 changes nothing.",
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
