// A row for each user in an organization, whose roles stand in the table of that name. Since when a
// membership is there is not known of those before this table. A role never stands without one.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration memberships = {
    .sql = R"sql(
CREATE TABLE memberships (
  user         INTEGER NOT NULL REFERENCES users,
  organization INTEGER NOT NULL REFERENCES organizations,
  active       INTEGER NOT NULL DEFAULT 1,
  comment      TEXT NOT NULL DEFAULT '',
  created      INTEGER,
  last_access  INTEGER,
  PRIMARY KEY (user, organization)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_organization ON memberships (organization);
INSERT INTO memberships (user, organization) SELECT DISTINCT user, organization FROM roles;
CREATE TRIGGER roles_have_memberships AFTER INSERT ON roles BEGIN
  INSERT INTO memberships (user, organization, created)
  VALUES (NEW.user, NEW.organization, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))
  ON CONFLICT DO NOTHING;
END;
)sql",
};

}  // namespace rucola::storage::migrations
