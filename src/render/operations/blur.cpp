#include <algorithm>
#include <cmath>
#include <cstdint>

#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const double scale = context.pixel_scale.mean();
  const double sigma = options.number("sigma") * scale;
  const auto asked = static_cast<double>(options.integer("radius"));
  // Not down to 0, which means another thing.
  const auto radius = static_cast<std::int32_t>(asked > 0 ? std::max(1.0, std::round(asked * scale)) : 0);
  if (sigma > 0) context.append(BlurStep{.sigma = sigma, .radius = radius});
  return {};
}

}  // namespace

const Operation& blur() {
  static const Operation row{
      .name = "blur",
      .description = "Blurs the whole image.",
      .options =
          {
              {.name = "sigma",
               .type = OptionType::number,
               .minimum = 0,
               .maximum = 100,
               .default_value = 4.0,
               .help = "How much, in pixels; after a resize the stack option dpr multiplies it."},
              {.name = "radius",
               .type = OptionType::integer,
               .minimum = 0,
               .maximum = 500,
               .default_value = std::int64_t{0},
               .help =
                   "Deprecated: how far the blur reaches, in pixels. 0, as far as sigma makes sensible, is "
                   "quicker and looks better."},
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
