// Rows of the history, which nobody changes any more.
// record() expects to run inside the transaction of what it records. Both throw DatabaseFailure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "catalog/history.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::history {

void record(Connection& connection, std::int64_t organization, const catalog::HistoryEntry& entry);

/// Newest first. A row of a newer program's kind of action, or way, is left out.
std::vector<catalog::HistoryEntry> of(Connection& connection, std::int64_t organization,
                                      catalog::HistoryKind kind, std::string_view name);

}  // namespace rucola::storage::history
