#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

Outcome<void> plan(const OptionReader& /*options*/, PlanningContext& context) {
  context.append(SepiaStep{});
  return {};
}

}  // namespace

const Operation& sepia() {
  static const Operation row{
      .name = "sepia",
      .description = "Gives the image the brown tones of an old photograph.",
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
