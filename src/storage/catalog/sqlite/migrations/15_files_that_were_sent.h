// Of an upload from which another file was made to be stored: the SHA-256 of what was sent. NULL: it is the
// blob.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration files_that_were_sent = {
    .sql = R"sql(
ALTER TABLE images ADD COLUMN sent TEXT;
)sql",
};

}  // namespace rucola::storage::migrations
