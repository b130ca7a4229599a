// What happened to what, and by whom; catalog/history.h. Names and people are texts, because they outlive
// their rows. No organization: it concerns the whole installation. `hash` is of the image that it is about,
// where there is one. The aliases there are begin theirs as they stand.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration history_table = {
    .sql = R"sql(
CREATE TABLE history (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  organization INTEGER REFERENCES organizations,
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  version      INTEGER NOT NULL,
  action       TEXT NOT NULL,
  hash         TEXT,
  at           INTEGER NOT NULL,
  by_user      TEXT NOT NULL DEFAULT '',
  by_email     TEXT NOT NULL DEFAULT '',
  by_key       TEXT NOT NULL DEFAULT '',
  via          TEXT NOT NULL,
  details      TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX history_by_thing ON history (organization, kind, name, id);

INSERT INTO history (organization, kind, name, version, action, hash, at, via)
SELECT organization, 'alias', name, version, iif(deleted IS NULL, 'put', 'delete'), hash,
       coalesce(deleted, updated), 'before_history'
FROM aliases;
)sql",
};

}  // namespace rucola::storage::migrations
