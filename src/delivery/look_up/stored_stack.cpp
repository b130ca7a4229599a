#include "delivery/look_up/stored_stack.h"

#include "catalog/stored_json.h"

namespace rucola::delivery {

Result<render::StackDefinition> stored_stack(const catalog::Stack& stack) {
  const auto stored = catalog::stored_definition(stack);
  if (!stored) return std::unexpected(stored.error());
  auto definition = render::parse_stack(*stored, render::UnknownFields::left_out);
  if (!definition)
    return catalog::damaged_stack(stack, "Its definition can't be used: " + definition.error().message.text);
  return definition;
}

}  // namespace rucola::delivery
