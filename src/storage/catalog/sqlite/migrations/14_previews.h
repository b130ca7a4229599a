// Stacks with the names of previews, and what was seen when they were put last. Those that were there begin
// now.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration previews = {
    .sql = R"sql(
CREATE TABLE previews (
  organization INTEGER NOT NULL REFERENCES organizations,
  name         TEXT NOT NULL,
  seen         INTEGER NOT NULL,
  PRIMARY KEY (organization, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX previews_by_age ON previews (seen);
INSERT INTO previews (organization, name, seen)
SELECT organization, name, (SELECT seen FROM seen_clock) FROM stacks
WHERE substr(name, 1, 8) = '_preview' AND deleted IS NULL;
CREATE TRIGGER previews_come AFTER INSERT ON stacks
WHEN substr(NEW.name, 1, 8) = '_preview' AND NEW.deleted IS NULL BEGIN
  INSERT OR REPLACE INTO previews (organization, name, seen)
  SELECT NEW.organization, NEW.name, seen FROM seen_clock;
END;
CREATE TRIGGER previews_change AFTER UPDATE OF definition, updated, deleted ON stacks
WHEN substr(NEW.name, 1, 8) = '_preview' BEGIN
  DELETE FROM previews WHERE organization = NEW.organization AND name = NEW.name;
  INSERT INTO previews (organization, name, seen)
  SELECT NEW.organization, NEW.name, seen FROM seen_clock WHERE NEW.deleted IS NULL;
END;
)sql",
};

}  // namespace rucola::storage::migrations
