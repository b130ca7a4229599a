// Rows of stacks. The contracts are those of catalog::Stacks, the rules those of
// catalog/stack_rules.h.
// Functions that change something expect to run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/stacks.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::stacks {

Result<catalog::PutStack> put(Connection& connection, std::string_view organization, std::string_view name,
                              std::string_view definition_json, catalog::Overwrite overwrite,
                              const catalog::MayReplace& may_replace);
Result<catalog::Stack> find(Connection& connection, std::string_view organization, std::string_view name);
Result<std::vector<catalog::Stack>> list(Connection& connection, std::string_view organization);
Result<void> remove(Connection& connection, std::string_view organization, std::string_view name);
bool ever_existed(Connection& connection, std::string_view organization, std::string_view name);

}  // namespace rucola::storage::stacks
