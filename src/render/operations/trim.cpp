#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

Result<void> plan(const OptionReader& options, PlanningContext& context) {
  const auto measured = context.measure({.kind = Measurement::Kind::trim, .fuzzy = options.number("fuzzy")});
  if (!measured) return {};
  const auto pixels = [&](std::size_t i) { return static_cast<std::int32_t>(measured->at(i)); };
  const CropStep crop{.left = pixels(0), .top = pixels(1), .size = {pixels(2), pixels(3)}};
  if (crop.size != context.size) context.append(crop);
  return {};
}

}  // namespace

const Operation& trim() {
  static const Operation row{
      .name = "trim",
      .description =
          "Cuts off edges that show nothing but background, which is the colour of the pixel at the top "
          "left. "
          "An image that is all background stays as it is.",
      .options =
          {
              {.name = "fuzzy",
               .type = OptionType::number,
               .minimum = 0,
               .maximum = 100,
               .default_value = 0.0,
               .help = "By how much background may differ from itself, as a percentage of the largest "
                       "difference there is."},
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
