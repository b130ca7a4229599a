// What holds when a stack is put or read. Pure functions of what is there; the adapters bring it and write
// what comes out. Thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "catalog/stacks.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// `before` lives. Errors: conflict, and what `may_replace` says.
Result<void> may_put_stack(const std::optional<Stack>& before, std::string_view name, Overwrite overwrite,
                           const MayReplace& may_replace);

struct ReplacedStack {
  PutStack put;
  bool changed = false;  ///< false: that is its definition already, and nothing is to be written
};
/// After may_put_stack(). A deleted stack that comes back is a new one.
ReplacedStack put_stack(std::optional<Stack> before, std::string_view organization, std::string_view name,
                        std::string_view definition_json, Time at);

/// Errors: not_found.
Result<Stack> living_stack(std::optional<Stack> stack, std::string_view organization, std::string_view name);

}  // namespace rucola::catalog
