// What changed, in the order of the commits; catalog/changes.h. Written by the triggers of changes.cpp. The
// epoch says whose numbers they are. As many rows stay as a follower would rather read than begin anew.
#pragma once

#include "storage/catalog/sqlite/changes.h"
#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration changes_feed = {
    .sql = R"sql(
CREATE TABLE changes (
  number       INTEGER PRIMARY KEY AUTOINCREMENT,
  kind         TEXT NOT NULL,
  organization TEXT NOT NULL,
  name         TEXT NOT NULL
) STRICT;
CREATE TRIGGER changes_are_pruned AFTER INSERT ON changes BEGIN
  DELETE FROM changes WHERE number <= NEW.number - 100000;
END;
CREATE TABLE feed (epoch TEXT NOT NULL) STRICT;
INSERT INTO feed VALUES (lower(hex(randomblob(16))));
)sql",
    .then = changes::add_triggers,
};

}  // namespace rucola::storage::migrations
