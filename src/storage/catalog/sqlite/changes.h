// Rows of the feed of changes. The contracts are those of catalog/changes.h.
//
// The rows are written by triggers, in the transaction of the change; the oldest go by a trigger, too. SQLite
// has one writer at a time, so that numbers are in the order of the commits; AUTOINCREMENT never uses one
// twice, and a number whose transaction was rolled back is given anew. Tokens are the table's default.
//
// Functions throw DatabaseFailure.
#pragma once

#include <cstdint>

#include "catalog/changes.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::changes {

/// For a migration: the triggers of all tables that the feed tells of, as they stood when it came.
void add_triggers(Connection& connection);
/// For a migration. OR REPLACE deletes the rows that are in its way, and no trigger of theirs runs: these
/// tell of those that were told of by another name than the row that takes their place.
void add_triggers_for_what_is_replaced(Connection& connection);

/// Within a snapshot. The place of the newest change that it shows.
catalog::FeedPlace newest(Connection& connection);
/// Within a snapshot. As catalog::ChangeFeed::changes_since().
catalog::Changes since(Connection& connection, std::int64_t number, std::int64_t most);

}  // namespace rucola::storage::changes
