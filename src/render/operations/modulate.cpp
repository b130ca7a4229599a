#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

std::int32_t percentage(const OptionReader& options, std::string_view name) {
  return static_cast<std::int32_t>(options.integer(name));
}

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  constexpr std::int32_t unchanged = 100;
  ModulateStep step{.brightness = percentage(options, "brightness"),
                    .saturation = percentage(options, "saturation"),
                    .hue = static_cast<std::int32_t>(options.integer("hue") % 360)};
  if (step.brightness == 0) step = {.brightness = 0, .saturation = 0, .hue = 0};  // black has no colour
  const bool changes = step.brightness != unchanged || step.saturation != unchanged || step.hue != 0;
  if (changes) context.append(step);
  return {};
}

}  // namespace

const Operation& modulate() {
  static const Operation row{
      .name = "modulate",
      .description = "Changes brightness, saturation and hue.",
      .options =
          {
              {
                  .name = "brightness",
                  .type = OptionType::integer,
                  .minimum = 0,
                  .maximum = 500,
                  .default_value = std::int64_t{100},
                  .help = "Percentage of the brightness; 0 is black, 200 twice as bright.",
              },
              {
                  .name = "saturation",
                  .type = OptionType::integer,
                  .minimum = 0,
                  .maximum = 500,
                  .default_value = std::int64_t{100},
                  .help = "Percentage of the saturation; 0 is without colours.",
              },
              {
                  .name = "hue",
                  .type = OptionType::integer,
                  .minimum = 0,
                  .maximum = 360,
                  .default_value = std::int64_t{0},
                  .help = "Degrees that colours are turned on the colour wheel.",
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
