// What organizations use, by day (catalog/usage.h): a row for each day on which something changed, numbered
// from 1970. What is stored follows the totals; of a blob that several living images have, the bytes count
// once. Of one upload there may be two: as it came, and optimized. Days before this table are not known.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration usage_by_day = {
    .sql = R"sql(
ALTER TABLE totals ADD COLUMN living_bytes INTEGER NOT NULL DEFAULT 0;
UPDATE totals SET living_bytes = of_files.bytes FROM (
  SELECT organization, sum(bytes) AS bytes
  FROM (SELECT organization, max(bytes) AS bytes FROM images WHERE deleted IS NULL
        GROUP BY organization, blob)
  GROUP BY organization
) AS of_files WHERE of_files.organization = totals.organization;

CREATE TABLE storage_days (
  organization INTEGER NOT NULL REFERENCES organizations,
  day          INTEGER NOT NULL,
  images       INTEGER NOT NULL,
  bytes        INTEGER NOT NULL,
  PRIMARY KEY (organization, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE traffic_days (
  organization   INTEGER NOT NULL REFERENCES organizations,
  day            INTEGER NOT NULL,
  downloads      INTEGER NOT NULL,
  bytes          INTEGER NOT NULL,
  original_bytes INTEGER NOT NULL,
  PRIMARY KEY (organization, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX organizations_by_master ON organizations (master) WHERE master IS NOT NULL;
INSERT INTO storage_days (organization, day, images, bytes)
SELECT organization, unixepoch() / 86400, living_images, living_bytes FROM totals;

CREATE TRIGGER totals_begin_by_day AFTER INSERT ON totals BEGIN
  INSERT INTO storage_days (organization, day, images, bytes)
  VALUES (NEW.organization, unixepoch() / 86400, NEW.living_images, NEW.living_bytes)
  ON CONFLICT DO UPDATE SET images = excluded.images, bytes = excluded.bytes;
END;
-- What a clock that was ahead has written would stand for a day to come.
CREATE TRIGGER totals_are_kept_by_day AFTER UPDATE OF living_images, living_bytes ON totals BEGIN
  DELETE FROM storage_days WHERE organization = NEW.organization AND day > unixepoch() / 86400;
  INSERT INTO storage_days (organization, day, images, bytes)
  VALUES (NEW.organization, unixepoch() / 86400, NEW.living_images, NEW.living_bytes)
  ON CONFLICT DO UPDATE SET images = excluded.images, bytes = excluded.bytes;
END;
CREATE TRIGGER files_come AFTER INSERT ON images WHEN NEW.deleted IS NULL BEGIN
  UPDATE totals SET living_bytes = living_bytes + NEW.bytes
  WHERE organization = NEW.organization AND NOT EXISTS (
    SELECT 1 FROM images WHERE blob = NEW.blob AND organization = NEW.organization
    AND deleted IS NULL AND id <> NEW.id);
END;
CREATE TRIGGER files_go_and_return AFTER UPDATE OF deleted ON images
WHEN (OLD.deleted IS NULL) <> (NEW.deleted IS NULL) BEGIN
  UPDATE totals SET living_bytes = living_bytes + iif(NEW.deleted IS NULL, NEW.bytes, -NEW.bytes)
  WHERE organization = NEW.organization AND NOT EXISTS (
    SELECT 1 FROM images WHERE blob = NEW.blob AND organization = NEW.organization
    AND deleted IS NULL AND id <> NEW.id);
END;
CREATE TRIGGER files_are_removed AFTER DELETE ON images WHEN OLD.deleted IS NULL BEGIN
  UPDATE totals SET living_bytes = living_bytes - OLD.bytes
  WHERE organization = OLD.organization AND NOT EXISTS (
    SELECT 1 FROM images WHERE blob = OLD.blob AND organization = OLD.organization
    AND deleted IS NULL);
END;
)sql",
};

}  // namespace rucola::storage::migrations
