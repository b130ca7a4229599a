// A catalog that is restored from a backup while others use it counts on from the backup's numbers: only the
// tokens tell its changes from those that had the numbers before (catalog/changes.h). And a log that is lost
// may hold what made no row with a number: the feed counts the commits, too (commit_mark.h). The table is
// made anew, under its name, to which the triggers of others refer: a column that is added can't have such a
// default.
#pragma once

#include "storage/catalog/sqlite/changes.h"
#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration tokens_and_commits = {
    .sql = R"sql(
CREATE TABLE changes_before AS SELECT number, kind, organization, name FROM changes;
CREATE TABLE numbers_before AS SELECT seq FROM sqlite_sequence WHERE name = 'changes';
DROP TABLE changes;
CREATE TABLE changes (
  number       INTEGER PRIMARY KEY AUTOINCREMENT,
  kind         TEXT NOT NULL,
  organization TEXT NOT NULL,
  name         TEXT NOT NULL,
  token        INTEGER NOT NULL DEFAULT (random())
) STRICT;
INSERT INTO changes (number, kind, organization, name)
SELECT number, kind, organization, name FROM changes_before ORDER BY number;
DELETE FROM sqlite_sequence WHERE name = 'changes';
INSERT INTO sqlite_sequence (name, seq) SELECT 'changes', seq FROM numbers_before;
DROP TABLE changes_before;
DROP TABLE numbers_before;
CREATE TRIGGER changes_are_pruned AFTER INSERT ON changes BEGIN
  DELETE FROM changes WHERE number <= NEW.number - 100000;
END;
ALTER TABLE feed ADD COLUMN commits INTEGER NOT NULL DEFAULT 0;
)sql",
    .then = changes::add_triggers_for_what_is_replaced,
};

}  // namespace rucola::storage::migrations
