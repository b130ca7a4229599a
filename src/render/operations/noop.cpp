#include "render/operations/table.h"

namespace rucola::render::operation {
namespace {

Outcome<void> plan(const OptionReader& /*options*/, PlanningContext& /*context*/) {
  return {};
}

}  // namespace

const Operation& noop() {
  static const Operation row{
      .name = "noop",
      .description = "Does nothing; a stack without operations does the same.",
      .options = {enabled_option},
      .required = {},
      .one_of = {},
      .later = {},
      .plan = plan,
  };
  return row;
}

}  // namespace rucola::render::operation
