// An image that was fetched by its URL once is ours: the URL is never asked again.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration remote_images = {
    .sql = R"sql(
CREATE TABLE remote_images (
  organization INTEGER NOT NULL REFERENCES organizations,
  url          TEXT NOT NULL,
  hash         TEXT NOT NULL,
  fetched      INTEGER NOT NULL,
  PRIMARY KEY (organization, url),
  FOREIGN KEY (organization, hash) REFERENCES images (organization, hash)
) STRICT, WITHOUT ROWID;
)sql",
};

}  // namespace rucola::storage::migrations
