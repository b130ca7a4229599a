// When an image changed last that stays the same image: the date of its renders counts from then on. And
// which aliases point at an image, for when another comes in its place.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration changes_of_images = {
    .sql = R"sql(
ALTER TABLE images ADD COLUMN changed INTEGER;
CREATE INDEX aliases_by_image ON aliases (organization, hash);
)sql",
};

}  // namespace rucola::storage::migrations
