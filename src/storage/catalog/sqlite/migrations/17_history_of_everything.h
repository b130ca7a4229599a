// Who changes what, and from where, for everything that there is; catalog/history.h. The triggers of
// history_triggers.cpp write it, as the change of whom the feed's one row names while a transaction lasts,
// and of a hand where it names nobody. Those that told of hands alone go, and so does a column that was never
// used.
#pragma once

#include "storage/catalog/sqlite/history_triggers.h"
#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration history_of_everything = {
    .sql = R"sql(
DROP TRIGGER IF EXISTS aliases_that_come_have_a_history;
DROP TRIGGER IF EXISTS aliases_that_move_have_a_history;
DROP TRIGGER IF EXISTS aliases_that_go_have_a_history;
ALTER TABLE history ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN request TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN before TEXT;
ALTER TABLE history ADD COLUMN after TEXT;
ALTER TABLE history DROP COLUMN details;
CREATE INDEX history_by_time ON history (organization, kind, at);
ALTER TABLE feed ADD COLUMN by_user TEXT NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN by_email TEXT NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN by_key TEXT NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN via TEXT;
ALTER TABLE feed ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN request TEXT NOT NULL DEFAULT '';
)sql",
    .then = history::add_triggers,
};

}  // namespace rucola::storage::migrations
