#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  const SharpenStep step{.sigma = options.number("sigma"),
                         .x1 = options.number("x1"),
                         .y2 = options.number("y2"),
                         .y3 = options.number("y3"),
                         .m1 = options.number("m1"),
                         .m2 = options.number("m2")};
  if (step.sigma > 0) context.append(step);
  return {};
}

}  // namespace

const Operation& sharpen() {
  static const Operation row{
      .name = "sharpen",
      .description =
          "Sharpens the image. Only its lightness is touched, not its colours. To change how much, change "
          "m2.",
      .options =
          {
              {
                  .name = "sigma",
                  .type = OptionType::number,
                  .minimum = 0,
                  .maximum = 10,
                  .default_value = 0.7,
                  .help =
                      "How fine the details are that get sharpened, in pixels; 0 leaves the image as it is.",
              },
              {
                  .name = "x1",
                  .type = OptionType::number,
                  .minimum = 0,
                  .maximum = 10'000,
                  .default_value = 2.0,
                  .help = "Differences in lightness up to this are taken for flat areas, those above for "
                          "jaggy ones.",
              },
              {
                  .name = "y2",
                  .type = OptionType::number,
                  .minimum = 0,
                  .maximum = 10'000,
                  .default_value = 10.0,
                  .help = "The most that a pixel may get brighter.",
              },
              {
                  .name = "y3",
                  .type = OptionType::number,
                  .minimum = 0,
                  .maximum = 10'000,
                  .default_value = 20.0,
                  .help = "The most that a pixel may get darker.",
              },
              {
                  .name = "m1",
                  .type = OptionType::number,
                  .minimum = 0,
                  .maximum = 10'000,
                  .default_value = 0.4,
                  .help = "How much flat areas are sharpened.",
              },
              {
                  .name = "m2",
                  .type = OptionType::number,
                  .minimum = 0,
                  .maximum = 10'000,
                  .default_value = 0.8,
                  .help = "How much jaggy areas are sharpened.",
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
