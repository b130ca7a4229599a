// What a key was let into: the roles of its user's memberships that there were when it was made, or when the
// membership was set. It may do what is in both tables. The keys there are keep what they could do.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration key_roles = {
    .sql = R"sql(
CREATE TABLE key_roles (
  key          TEXT NOT NULL REFERENCES api_keys ON DELETE CASCADE,
  organization INTEGER NOT NULL REFERENCES organizations,
  role         TEXT NOT NULL,
  PRIMARY KEY (key, organization, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_user ON api_keys (user);

INSERT INTO key_roles (key, organization, role)
SELECT k.sha256, r.organization, r.role FROM api_keys k JOIN roles r ON r.user = k.user;
)sql",
};

}  // namespace rucola::storage::migrations
