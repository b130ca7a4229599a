#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

Outcome<void> plan(const OptionReader& /*options*/, PlanningContext& context) {
  context.append(CircleMaskStep{});
  return {};
}

}  // namespace

const Operation& circlemask() {
  static const Operation row{
      .name = "circlemask",
      .description =
          "Makes everything transparent outside the largest circle around the middle. The size stays; crop "
          "to a square before, so that the circle touches all sides.",
      .options =
          {
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
