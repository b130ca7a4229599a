// By which images are found, sorted and counted: indexes of columns, and of each value of what has no column
// (catalog/search_values.h). In image_values, those of one field lie together, sorted, the deleted images'
// apart. value_counts has how many living images have each value of the fields that are counted.
#pragma once

#include "storage/catalog/sqlite/images.h"
#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration search_index = {
    .sql = R"sql(
CREATE INDEX images_by_name ON images (organization, name) WHERE deleted IS NULL;
CREATE INDEX images_by_format ON images (organization, format) WHERE deleted IS NULL;
CREATE INDEX images_by_bytes ON images (organization, bytes) WHERE deleted IS NULL;
CREATE INDEX images_by_width ON images (organization, width) WHERE deleted IS NULL;
CREATE INDEX images_by_height ON images (organization, height) WHERE deleted IS NULL;
CREATE TABLE search_fields (
  id           INTEGER PRIMARY KEY,
  organization INTEGER NOT NULL REFERENCES organizations,
  name         TEXT NOT NULL,
  counted      INTEGER NOT NULL,
  UNIQUE (organization, name)
) STRICT;
CREATE TABLE image_values (
  field   INTEGER NOT NULL REFERENCES search_fields,
  deleted INTEGER NOT NULL,
  value   ANY NOT NULL,
  image   INTEGER NOT NULL REFERENCES images ON DELETE CASCADE,
  PRIMARY KEY (field, deleted, value, image)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_values_by_image ON image_values (image, field, value);
CREATE TABLE value_counts (
  field  INTEGER NOT NULL REFERENCES search_fields,
  value  ANY NOT NULL,
  images INTEGER NOT NULL,
  PRIMARY KEY (field, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX value_counts_most ON value_counts (field, images DESC, value);

CREATE TRIGGER values_come AFTER INSERT ON image_values
WHEN NEW.deleted = 0 AND (SELECT counted FROM search_fields WHERE id = NEW.field) BEGIN
  INSERT INTO value_counts (field, value, images) VALUES (NEW.field, NEW.value, 1)
  ON CONFLICT DO UPDATE SET images = images + 1;
END;
CREATE TRIGGER values_go AFTER DELETE ON image_values
WHEN OLD.deleted = 0 AND (SELECT counted FROM search_fields WHERE id = OLD.field) BEGIN
  UPDATE value_counts SET images = images - 1 WHERE field = OLD.field AND value = OLD.value;
  DELETE FROM value_counts WHERE field = OLD.field AND value = OLD.value AND images = 0;
END;
CREATE TRIGGER values_go_and_return AFTER UPDATE OF deleted ON image_values
WHEN OLD.deleted <> NEW.deleted AND (SELECT counted FROM search_fields WHERE id = NEW.field) BEGIN
  INSERT INTO value_counts (field, value, images) SELECT NEW.field, NEW.value, 0 WHERE NEW.deleted = 0
  ON CONFLICT DO NOTHING;
  UPDATE value_counts SET images = images + iif(NEW.deleted = 0, 1, -1)
  WHERE field = NEW.field AND value = NEW.value;
  DELETE FROM value_counts WHERE field = NEW.field AND value = NEW.value AND images = 0;
END;
CREATE TRIGGER images_take_their_values_along AFTER UPDATE OF deleted ON images
WHEN (OLD.deleted IS NULL) <> (NEW.deleted IS NULL) BEGIN
  UPDATE image_values SET deleted = (NEW.deleted IS NOT NULL) WHERE image = NEW.id;
END;
)sql",
    .then = images::index_values,
};

}  // namespace rucola::storage::migrations
