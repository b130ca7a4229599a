// Rows of the history, which nobody changes any more.
// record() expects to run inside the transaction of what it records. All throw DatabaseFailure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "catalog/history.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::history {

/// The program writes the history of an alias just before its row. Where the newest entry does not say what
/// the row says, somebody has written past the program, and a trigger takes note of that.
void add_triggers(Connection& connection);

void record(Connection& connection, std::int64_t organization, const catalog::HistoryEntry& entry);

/// Newest first. A row of a newer program's kind of action, or way, is left out.
std::vector<catalog::HistoryEntry> of(Connection& connection, std::int64_t organization,
                                      catalog::HistoryKind kind, std::string_view name);

}  // namespace rucola::storage::history
