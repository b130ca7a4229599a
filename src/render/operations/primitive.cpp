#include <cstdint>

#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

Outcome<void> plan(const OptionReader& options, PlanningContext& context) {
  constexpr std::int64_t every_shape = 9;
  const std::int64_t mode = options.integer("mode") == every_shape ? 0 : options.integer("mode");
  context.append(PrimitiveStep{.count = static_cast<std::int32_t>(options.integer("count")),
                               .mode = static_cast<std::int32_t>(mode)});
  return {};
}

}  // namespace

const Operation& primitive() {
  static const Operation row{
      .name = "primitive",
      .description = "Paints the image anew out of a few half transparent shapes. Slow: use it sparingly.",
      .options =
          {
              {
                  .name = "count",
                  .type = OptionType::integer,
                  .minimum = 1,
                  .maximum = 200,
                  .default_value = std::int64_t{20},
                  .help = "How many shapes.",
              },
              {
                  .name = "mode",
                  .type = OptionType::integer,
                  .minimum = 0,
                  .maximum = 9,
                  .default_value = std::int64_t{0},
                  .help =
                      "Which shapes: 1 triangles, 2 rectangles, 3 ellipses, 4 circles, 5 turned rectangles, "
                      "6 curves, 7 turned ellipses, 8 polygons of four corners; 0 and 9 whichever fits best.",
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
