// Whether another image has the same file is found by the file. Of the indexes that begin with the
// organization SQLite took one, and read all images of the organization for every image that came or went. A
// plus before a column keeps it from that.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration files_by_blob = {
    .sql = R"sql(
DROP TRIGGER files_come;
DROP TRIGGER files_go_and_return;
DROP TRIGGER files_are_removed;

CREATE TRIGGER files_are_counted AFTER INSERT ON images WHEN NEW.deleted IS NULL BEGIN
  UPDATE totals SET living_bytes = living_bytes + NEW.bytes
  WHERE organization = NEW.organization AND NOT EXISTS (
    SELECT 1 FROM images WHERE blob = NEW.blob AND +organization = NEW.organization
    AND +deleted IS NULL AND id <> NEW.id);
END;
CREATE TRIGGER files_are_counted_again AFTER UPDATE OF deleted ON images
WHEN (OLD.deleted IS NULL) <> (NEW.deleted IS NULL) BEGIN
  UPDATE totals SET living_bytes = living_bytes + iif(NEW.deleted IS NULL, NEW.bytes, -NEW.bytes)
  WHERE organization = NEW.organization AND NOT EXISTS (
    SELECT 1 FROM images WHERE blob = NEW.blob AND +organization = NEW.organization
    AND +deleted IS NULL AND id <> NEW.id);
END;
CREATE TRIGGER files_count_no_more AFTER DELETE ON images WHEN OLD.deleted IS NULL BEGIN
  UPDATE totals SET living_bytes = living_bytes - OLD.bytes
  WHERE organization = OLD.organization AND NOT EXISTS (
    SELECT 1 FROM images WHERE blob = OLD.blob AND +organization = OLD.organization
    AND +deleted IS NULL);
END;
)sql",
};

}  // namespace rucola::storage::migrations
