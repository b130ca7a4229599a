// Plain text: an organization's members sign with them.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage::migrations {

inline constexpr Migration signing_keys = {
    .sql = R"sql(
CREATE TABLE signing_keys (
  id           INTEGER PRIMARY KEY,
  organization INTEGER NOT NULL REFERENCES organizations,
  key          TEXT NOT NULL,
  created      INTEGER NOT NULL
) STRICT;
CREATE INDEX signing_keys_by_organization ON signing_keys (organization);
)sql",
    .then = organizations::add_missing_signing_keys,
};

}  // namespace rucola::storage::migrations
