// What the first version had.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration first_tables = {
    .sql = R"sql(
CREATE TABLE organizations (
  id             INTEGER PRIMARY KEY,
  uuid           TEXT NOT NULL UNIQUE,
  name           TEXT NOT NULL UNIQUE,
  display_name   TEXT NOT NULL,
  billing_email  TEXT NOT NULL,
  options        TEXT NOT NULL DEFAULT '{}',
  created        INTEGER NOT NULL
) STRICT;

-- How many rows the lists have; counting them anew would read ten million aliases for a page of a hundred.
-- Kept by the triggers below.
CREATE TABLE totals (
  organization   INTEGER PRIMARY KEY REFERENCES organizations,
  living_images  INTEGER NOT NULL DEFAULT 0,
  deleted_images INTEGER NOT NULL DEFAULT 0,
  living_aliases INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE users (
  id       INTEGER PRIMARY KEY,
  uuid     TEXT NOT NULL UNIQUE,
  email    TEXT NOT NULL UNIQUE COLLATE NOCASE,
  created  INTEGER NOT NULL
) STRICT;

CREATE TABLE api_keys (
  sha256   TEXT PRIMARY KEY,
  user     INTEGER NOT NULL REFERENCES users,
  created  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a role that a user has in an organization.
CREATE TABLE roles (
  user         INTEGER NOT NULL REFERENCES users,
  organization INTEGER NOT NULL REFERENCES organizations,
  role         TEXT NOT NULL,
  PRIMARY KEY (user, organization, role)
) STRICT, WITHOUT ROWID;

CREATE TABLE images (
  id               INTEGER PRIMARY KEY,
  organization     INTEGER NOT NULL REFERENCES organizations,
  hash             TEXT NOT NULL,
  binary_hash      TEXT NOT NULL,
  blob             TEXT NOT NULL,
  name             TEXT NOT NULL,
  format           TEXT NOT NULL,
  mimetype         TEXT NOT NULL,
  bytes            INTEGER NOT NULL,
  width            INTEGER NOT NULL,
  height           INTEGER NOT NULL,
  frames           INTEGER NOT NULL,
  opaque           INTEGER NOT NULL,
  protected        INTEGER NOT NULL,
  locked           INTEGER NOT NULL,
  created          INTEGER NOT NULL,
  deleted          INTEGER,
  user_metadata    TEXT NOT NULL,
  dynamic_metadata TEXT NOT NULL,
  static_metadata  TEXT NOT NULL,
  UNIQUE (organization, hash)
) STRICT;
CREATE INDEX images_living ON images (organization, created) WHERE deleted IS NULL;
CREATE INDEX images_deleted ON images (organization, created) WHERE deleted IS NOT NULL;
CREATE INDEX images_by_binary_hash ON images (binary_hash, organization);

CREATE TABLE stacks (
  organization INTEGER NOT NULL REFERENCES organizations,
  name         TEXT NOT NULL,
  definition   TEXT NOT NULL,
  created      INTEGER NOT NULL,
  updated      INTEGER NOT NULL,
  deleted      INTEGER,
  PRIMARY KEY (organization, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE aliases (
  organization INTEGER NOT NULL,
  name         TEXT NOT NULL,
  hash         TEXT NOT NULL,
  version      INTEGER NOT NULL,
  created      INTEGER NOT NULL,
  updated      INTEGER NOT NULL,
  deleted      INTEGER,
  PRIMARY KEY (organization, name),
  FOREIGN KEY (organization, hash) REFERENCES images (organization, hash)
) STRICT, WITHOUT ROWID;

-- The purge calls of the past hour: the sliding quota.
CREATE TABLE purge_calls (
  id           INTEGER PRIMARY KEY,
  organization INTEGER NOT NULL REFERENCES organizations,
  kind         TEXT NOT NULL,
  at           INTEGER NOT NULL
) STRICT;
CREATE INDEX purge_calls_by_time ON purge_calls (organization, kind, at);

-- The outbox. AUTOINCREMENT: an id is never used twice, so that a late confirmation can't hit another delivery.
CREATE TABLE purge_deliveries (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  organization TEXT NOT NULL,
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  cache        TEXT NOT NULL,
  tags         TEXT NOT NULL,
  round        INTEGER NOT NULL,
  attempts     INTEGER NOT NULL DEFAULT 0,
  created      INTEGER NOT NULL,
  due          INTEGER NOT NULL,
  last_error   TEXT,
  confirmed    INTEGER,
  objects      INTEGER
) STRICT;
CREATE INDEX purge_deliveries_pending ON purge_deliveries (cache, due) WHERE confirmed IS NULL;
CREATE INDEX purge_deliveries_confirmed ON purge_deliveries (confirmed) WHERE confirmed IS NOT NULL;

CREATE TRIGGER organizations_get_totals AFTER INSERT ON organizations BEGIN
  INSERT INTO totals (organization) VALUES (NEW.id);
END;
CREATE TRIGGER aliases_come AFTER INSERT ON aliases WHEN NEW.deleted IS NULL BEGIN
  UPDATE totals SET living_aliases = living_aliases + 1 WHERE organization = NEW.organization;
END;
CREATE TRIGGER aliases_go_and_return AFTER UPDATE OF deleted ON aliases
WHEN (OLD.deleted IS NULL) <> (NEW.deleted IS NULL) BEGIN
  UPDATE totals SET living_aliases = living_aliases + iif(NEW.deleted IS NULL, 1, -1)
  WHERE organization = NEW.organization;
END;
CREATE TRIGGER images_come AFTER INSERT ON images BEGIN
  UPDATE totals SET living_images = living_images + (NEW.deleted IS NULL),
                    deleted_images = deleted_images + (NEW.deleted IS NOT NULL)
  WHERE organization = NEW.organization;
END;
CREATE TRIGGER images_go_and_return AFTER UPDATE OF deleted ON images
WHEN (OLD.deleted IS NULL) <> (NEW.deleted IS NULL) BEGIN
  UPDATE totals SET living_images = living_images + iif(NEW.deleted IS NULL, 1, -1),
                    deleted_images = deleted_images + iif(NEW.deleted IS NULL, -1, 1)
  WHERE organization = NEW.organization;
END;
)sql",
};

}  // namespace rucola::storage::migrations
