// Rows of aliases. The contracts are those of catalog::Aliases, the rules those of catalog/alias_rules.h.
// Functions that change something expect to run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/aliases.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::aliases {

Result<catalog::PutAlias> put(Connection& connection, std::string_view organization, std::string_view name,
                              std::string_view hash_or_prefix, catalog::Overwrite overwrite,
                              const catalog::Precondition& precondition);
Result<catalog::Alias> find(Connection& connection, std::string_view organization, std::string_view name);
Result<catalog::Page<catalog::Alias>> list(Connection& connection, std::string_view organization,
                                           std::int64_t limit, std::int64_t offset);
Result<void> remove(Connection& connection, std::string_view organization, std::string_view name,
                    const catalog::Precondition& precondition);
/// Moves all living aliases of the one image to the other; both are full hashes of the organization's.
void follow(Connection& connection, std::string_view organization, std::string_view from,
            std::string_view to);
Result<std::vector<catalog::AliasVersion>> history(Connection& connection, std::string_view organization,
                                                   std::string_view name);
bool ever_existed(Connection& connection, std::string_view organization, std::string_view name);

}  // namespace rucola::storage::aliases
