#include "catalog/stack_rules.h"

#include <string>
#include <utility>

#include "catalog/moments.h"

namespace rucola::catalog {

Result<void> may_put_stack(const std::optional<Stack>& before, std::string_view name, Overwrite overwrite,
                           const MayReplace& may_replace) {
  if (!before) return {};
  if (overwrite == Overwrite::no) {
    return fail(ErrorCode::conflict, "There is a stack \"" + std::string(name) +
                                         "\" already; add ?overwrite=true to the URL to replace it.");
  }
  return may_replace ? may_replace(*before) : Result<void>();
}

ReplacedStack put_stack(std::optional<Stack> before, std::string_view organization, std::string_view name,
                        std::string_view definition_json, Time at) {
  if (before && before->definition_json == definition_json)
    return {.put = {*std::move(before), false}, .changed = false};
  Stack stack{.organization = std::string(organization),
              .name = std::string(name),
              .created = before ? before->created : at,
              .updated = before ? moment_after(before->updated, at) : at,
              .definition_json = std::string(definition_json)};
  return {.put = {.stack = std::move(stack), .created = !before}, .changed = true};
}

Result<Stack> living_stack(std::optional<Stack> stack, std::string_view organization, std::string_view name) {
  if (stack) return *std::move(stack);
  return fail(ErrorCode::not_found, "There is no stack \"" + std::string(name) + "\" in the organization \"" +
                                        std::string(organization) + "\".");
}

}  // namespace rucola::catalog
