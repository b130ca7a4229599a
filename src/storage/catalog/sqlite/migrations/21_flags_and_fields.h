// The images that have a flag which few have are found by an index; and names of fields go with the last
// value that they have, or the list of those would only ever grow.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration flags_and_fields = {
    .sql = R"sql(
CREATE INDEX images_locked ON images (organization) WHERE deleted IS NULL AND locked = 1;
CREATE INDEX images_protected ON images (organization) WHERE deleted IS NULL AND protected = 1;
CREATE INDEX images_animated ON images (organization) WHERE deleted IS NULL AND (frames > 1) = 1;
DELETE FROM search_fields WHERE NOT EXISTS (SELECT 1 FROM image_values WHERE field = search_fields.id);

-- One trigger for both, since of two none knows which comes first, and the counts need the field.
DROP TRIGGER values_go;
CREATE TRIGGER values_go AFTER DELETE ON image_values BEGIN
  UPDATE value_counts SET images = images - 1
  WHERE field = OLD.field AND value = OLD.value AND OLD.deleted = 0;
  DELETE FROM value_counts WHERE field = OLD.field AND value = OLD.value AND images = 0;
  DELETE FROM search_fields
  WHERE id = OLD.field AND NOT EXISTS (SELECT 1 FROM image_values WHERE field = OLD.field);
END;
)sql",
};

}  // namespace rucola::storage::migrations
