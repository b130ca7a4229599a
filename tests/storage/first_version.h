// The catalog as the first version of the program made it: its schema, and one row at least of each kind of
// thing. Never changed: folders like it are out there.
#pragma once

namespace rucola::test {

inline constexpr const char* first_version_schema = R"sql(
CREATE TABLE organizations (
  id             INTEGER PRIMARY KEY,
  uuid           TEXT NOT NULL UNIQUE,
  name           TEXT NOT NULL UNIQUE,
  display_name   TEXT NOT NULL,
  billing_email  TEXT NOT NULL,
  options        TEXT NOT NULL DEFAULT '{}',
  created        INTEGER NOT NULL
) STRICT;

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

CREATE TABLE purge_calls (
  id           INTEGER PRIMARY KEY,
  organization INTEGER NOT NULL REFERENCES organizations,
  kind         TEXT NOT NULL,
  at           INTEGER NOT NULL
) STRICT;
CREATE INDEX purge_calls_by_time ON purge_calls (organization, kind, at);

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

PRAGMA user_version = 1;
PRAGMA application_id = 1920295791;
)sql";

// The API key of the user is the letter k, 64 times.
inline constexpr const char* first_version_rows = R"sql(
INSERT INTO organizations VALUES
  (1, '0b0e0000-0000-4000-8000-000000000001', 'acme', 'Acme', 'bills@acme.example',
   '{"protect_dynamic_stack":true}', 1700000000000),
  (2, '0b0e0000-0000-4000-8000-000000000002', 'other', 'Other', '', '{}', 1700000000001);
INSERT INTO users VALUES (1, '0b0e0000-0000-4000-8000-000000000003', 'a@acme.example', 1700000000002);
INSERT INTO api_keys VALUES
  ('ac3c8cb6a3d0cdf19c5cdd2c1ec6d3e2e2ad9b8ae5b8b5b4d4d2f4f7d9c1a001', 1, 1700000000003);
INSERT INTO roles VALUES (1, 1, 'admin'), (1, 2, 'read');
INSERT INTO images VALUES
  (1, 1, '17f3a1d0c9a6b4f85e21aa07c3dd9e5b6f120001', 'a000000000000000000000000000000000000001',
   'b000000000000000000000000000000000000000000000000000000000000001', 'logo.png', 'png', 'image/png', 4711,
   640, 480, 1, 0, 0, 0, 1700000000004, NULL, '{"title":"Logo"}', '{"subject_area":{"x":1}}', '{"exif":{}}'),
  (2, 1, '17f3a1d0c9a6b4f85e21aa07c3dd9e5b6f120002', 'a000000000000000000000000000000000000002',
   'b000000000000000000000000000000000000000000000000000000000000002', 'gone.jpg', 'jpg', 'image/jpeg', 815,
   100, 100, 1, 1, 1, 1, 1700000000005, 1700000000009, '{}', '{}', '{}');
INSERT INTO stacks VALUES
  (1, 'thumb', '{"operations":[{"name":"resize","options":{"width":100}}]}', 1700000000006, 1700000000007, NULL),
  (1, 'old', '{"operations":[]}', 1700000000006, 1700000000007, 1700000000008);
INSERT INTO aliases VALUES
  (1, 'logo', '17f3a1d0c9a6b4f85e21aa07c3dd9e5b6f120001', 7, 1700000000010, 1700000000011, NULL),
  (1, 'gone', '17f3a1d0c9a6b4f85e21aa07c3dd9e5b6f120002', 3, 1700000000010, 1700000000011, 1700000000012);
INSERT INTO purge_calls VALUES (1, 1, 'alias', 1700000000013);
INSERT INTO purge_deliveries VALUES
  (5, 'acme', 'alias', 'logo', 'edge', '["a0123456789abcdef"]', 1, 2, 1700000000013, 1700000000014, 'no', NULL, NULL);
)sql";

}  // namespace rucola::test
