// What was deleted is gone for good after a while (catalog/expiry.h), counted in time that was seen
// (catalog/seen_time.h): nobody can forget to note when an image was deleted, and what was before this table
// begins now. What is gone leaves its hash and that of its file, under which aliases and URLs go on to point
// at it: they refer to no row any more. waiting_files are those that no image is of.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"
#include "storage/catalog/sqlite/names_outlive_images.h"

namespace rucola::storage::migrations {

inline constexpr Migration expiry = {
    .sql = R"sql(
CREATE TABLE seen_clock (
  seen   INTEGER NOT NULL,
  looked INTEGER
) STRICT;
INSERT INTO seen_clock VALUES (0, NULL);
CREATE TABLE deletions (
  image INTEGER PRIMARY KEY REFERENCES images ON DELETE CASCADE,
  seen  INTEGER NOT NULL
) STRICT;
CREATE INDEX deletions_by_age ON deletions (seen);
INSERT INTO deletions (image, seen) SELECT id, 0 FROM images WHERE deleted IS NOT NULL;
CREATE TABLE gone_images (
  organization INTEGER NOT NULL REFERENCES organizations,
  hash         TEXT NOT NULL,
  file         TEXT NOT NULL,
  PRIMARY KEY (organization, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX gone_images_by_file ON gone_images (organization, file);
CREATE TABLE waiting_files (
  blob TEXT PRIMARY KEY,
  seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX images_by_blob ON images (blob);

CREATE TRIGGER images_are_deleted AFTER UPDATE OF deleted ON images
WHEN OLD.deleted IS NULL AND NEW.deleted IS NOT NULL BEGIN
  INSERT OR REPLACE INTO deletions (image, seen) SELECT NEW.id, seen FROM seen_clock;
END;
CREATE TRIGGER images_come_deleted AFTER INSERT ON images WHEN NEW.deleted IS NOT NULL BEGIN
  INSERT OR REPLACE INTO deletions (image, seen) SELECT NEW.id, seen FROM seen_clock;
END;
CREATE TRIGGER images_are_restored AFTER UPDATE OF deleted ON images
WHEN OLD.deleted IS NOT NULL AND NEW.deleted IS NULL BEGIN
  DELETE FROM deletions WHERE image = NEW.id;
END;
CREATE TRIGGER images_go_for_good AFTER DELETE ON images BEGIN
  UPDATE totals SET living_images = living_images - (OLD.deleted IS NULL),
                    deleted_images = deleted_images - (OLD.deleted IS NOT NULL)
  WHERE organization = OLD.organization;
END;
)sql",
    .then = let_names_outlive_images,
};

}  // namespace rucola::storage::migrations
