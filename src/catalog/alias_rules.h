// What holds when an alias is put, read or deleted. Pure functions of what is there; the adapters bring it
// and write what comes out. Thread-safe.
//
//   no row ──put──▶ living, version 1 ──put another image──▶ living, version + 1
//                     │  ▲                                     (the same image again: no change at all)
//              delete ▼  │ put: version + 1, `created` stays
//                    deleted: the row stays, so that the version goes on and the name can be purged
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "catalog/aliases.h"
#include "catalog/history.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// Of a name that was ever used.
struct AliasRow {
  Alias alias;
  bool deleted = false;
};

/// Errors: precondition_failed, conflict.
Result<void> may_put_alias(const std::optional<AliasRow>& before, std::string_view name, Overwrite overwrite,
                           const Precondition& precondition);

struct MovedAlias {
  PutAlias put;
  bool moved = false;  ///< false: it points there already, and nothing is to be written
};
/// `hash` is the full one of a living image. After may_put_alias().
MovedAlias put_alias(const std::optional<AliasRow>& before, std::string_view organization,
                     std::string_view name, std::string hash, Time at);

/// Errors: not_found.
Result<Alias> living_alias(std::optional<AliasRow> row, std::string_view organization, std::string_view name);
/// The alias as it is before its deletion. Errors: not_found, precondition_failed.
Result<Alias> may_delete_alias(std::optional<AliasRow> row, std::string_view organization,
                               std::string_view name, const Precondition& precondition);

/// As the history keeps it.
AliasVersion alias_version(const HistoryEntry& entry);

}  // namespace rucola::catalog
