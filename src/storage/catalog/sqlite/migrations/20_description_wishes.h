// Descriptions that uploads have asked for (catalog/description_wishes.h), until they are made.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration description_wishes = {
    .sql = R"sql(
CREATE TABLE description_wishes (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  image        INTEGER NOT NULL UNIQUE REFERENCES images ON DELETE CASCADE,
  organization INTEGER NOT NULL REFERENCES organizations,
  languages    TEXT NOT NULL,
  force        INTEGER NOT NULL,
  attempts     INTEGER NOT NULL DEFAULT 0,
  due          INTEGER NOT NULL
) STRICT;
CREATE INDEX description_wishes_due ON description_wishes (organization, due, id);
CREATE TRIGGER wishes_go_with_images AFTER UPDATE OF deleted ON images WHEN NEW.deleted IS NOT NULL BEGIN
  DELETE FROM description_wishes WHERE image = NEW.id;
END;
)sql",
};

}  // namespace rucola::storage::migrations
