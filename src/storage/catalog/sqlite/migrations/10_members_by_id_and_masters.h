// Whether a membership was given to a user of whom nothing but the id was known. How those there are came
// about is not known; they are taken for the others. And an organization may be a part of another.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration members_by_id_and_masters = {
    .sql = R"sql(
ALTER TABLE memberships ADD COLUMN by_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN master INTEGER REFERENCES organizations;
)sql",
};

}  // namespace rucola::storage::migrations
