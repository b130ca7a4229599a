// Rows of the history. The triggers of the schema write them (history_triggers.h), in the transaction of what
// they are about, as the change of whoever the transaction says that it is of.
//
// All throw DatabaseFailure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "catalog/audit.h"
#include "catalog/history.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::history {

/// What the transaction changes from now on is of that author, null: of the server itself. It stands in the
/// row that counts the commits, which each of them writes anyway.
void begin_changes_of(Connection& connection, const Author* author, std::string_view request);
/// Before the commit: what nobody says anything of was written past the program.
void end_changes(Connection& connection);

/// Of what makes no row of its own.
void record(Connection& connection, std::int64_t organization, catalog::HistoryKind kind,
            std::string_view name, std::string_view action, std::string_view after);

// Of rows that this program does not understand, a newer one's, none is among what is found.

/// All of one thing, newest first.
std::vector<catalog::HistoryEntry> of(Connection& connection, std::int64_t organization,
                                      catalog::HistoryKind kind, std::string_view name);
/// No organization: what is of none.
std::vector<catalog::HistoryEntry> list(Connection& connection, std::optional<std::int64_t> organization,
                                        const catalog::AuditSearch& asked);

/// Where entries are that are to go.
struct Old {
  std::optional<std::int64_t> organization;
  catalog::HistoryKind kind;
  catalog::AuditPosition before;
};
std::vector<Old> find_old(Connection& connection, const catalog::AuditLimits& limits);
/// The oldest of them, a few hundred. Returns how many.
std::int64_t forget(Connection& connection, const Old& old);

}  // namespace rucola::storage::history
