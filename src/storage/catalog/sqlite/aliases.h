// Rows of aliases. The contracts are those of catalog::Aliases.
//
//   no row ──put──▶ living, version 1 ──put another image──▶ living, version + 1
//                     │  ▲                                     (the same image again: no change at all)
//              delete ▼  │ put: version + 1, `created` stays
//                    deleted: the row stays, so that the version goes on and the name can be purged
//
// Functions that change something expect to run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <cstdint>
#include <string_view>

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
bool ever_existed(Connection& connection, std::string_view organization, std::string_view name);

}  // namespace rucola::storage::aliases
