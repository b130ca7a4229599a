#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

Outcome<void> plan(const OptionReader& /*options*/, PlanningContext& context) {
  const bool grey_already =
      !context.steps.empty() && std::holds_alternative<GrayscaleStep>(context.steps.back());
  if (!grey_already) context.append(GrayscaleStep{});
  return {};
}

}  // namespace

const Operation& grayscale() {
  static const Operation row{
      .name = "grayscale",
      .description = "Takes the colours away.",
      .options = {enabled_option},
      .required = {},
      .one_of = {},
      .later = {},
      .plan = plan,
  };
  return row;
}

}  // namespace rucola::render::operation
