#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

Result<void> plan(const OptionReader& options, PlanningContext& context) {
  const double sigma = options.number("sigma");
  if (sigma > 0) context.append(BlurStep{sigma});
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
               .help =
                   "How much, in pixels of the image as it is then; the stack option dpr doesn't change it."},
              {.name = "radius",
               .type = OptionType::integer,
               .minimum = 0,
               .maximum = 0,
               .default_value = std::int64_t{0},
               .help = "Deprecated, only 0: the blur is controlled by sigma."},
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
