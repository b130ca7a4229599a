#include "storage/catalog/sqlite/schema.h"

#include <array>
#include <string>
#include <string_view>

#include "base/log.h"
#include "storage/catalog/sqlite/api_keys.h"
#include "storage/catalog/sqlite/changes.h"
#include "storage/catalog/sqlite/database_failure.h"
#include "storage/catalog/sqlite/history.h"
#include "storage/catalog/sqlite/images.h"
#include "storage/catalog/sqlite/organizations_and_users.h"
#include "storage/catalog/sqlite/snapshot.h"
#include "storage/catalog/sqlite/transaction.h"

namespace rucola::storage {
namespace {

/// "ruco": tells file(1), and us, whose database this is.
constexpr std::int64_t application_id = 0x7275636F;

// Conventions: times are milliseconds since 1970 in UTC; flags are 0 or 1; `deleted` is NULL for what lives.
// A deleted alias, stack or image keeps its row: the name can still be purged, an alias goes on counting its
// version, and an image can be restored.
constexpr std::string_view first_tables = R"sql(
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
)sql";

// Plain text: an organization's members sign with them.
constexpr std::string_view signing_keys = R"sql(
CREATE TABLE signing_keys (
  id           INTEGER PRIMARY KEY,
  organization INTEGER NOT NULL REFERENCES organizations,
  key          TEXT NOT NULL,
  created      INTEGER NOT NULL
) STRICT;
CREATE INDEX signing_keys_by_organization ON signing_keys (organization);
)sql";

// An image that was fetched by its URL once is ours: the URL is never asked again.
constexpr std::string_view remote_images = R"sql(
CREATE TABLE remote_images (
  organization INTEGER NOT NULL REFERENCES organizations,
  url          TEXT NOT NULL,
  hash         TEXT NOT NULL,
  fetched      INTEGER NOT NULL,
  PRIMARY KEY (organization, url),
  FOREIGN KEY (organization, hash) REFERENCES images (organization, hash)
) STRICT, WITHOUT ROWID;
)sql";

// What changed, in the order of the commits; catalog/changes.h. Written by the triggers of changes.cpp. The
// epoch says whose numbers they are. As many rows stay as a follower would rather read than begin anew.
constexpr std::string_view changes_feed = R"sql(
CREATE TABLE changes (
  number       INTEGER PRIMARY KEY AUTOINCREMENT,
  kind         TEXT NOT NULL,
  organization TEXT NOT NULL,
  name         TEXT NOT NULL
) STRICT;
CREATE TRIGGER changes_are_pruned AFTER INSERT ON changes BEGIN
  DELETE FROM changes WHERE number <= NEW.number - 100000;
END;
CREATE TABLE feed (epoch TEXT NOT NULL) STRICT;
INSERT INTO feed VALUES (lower(hex(randomblob(16))));
)sql";

// What happened to what, and by whom; catalog/history.h. Names and people are texts, because they outlive
// their rows. No organization: it concerns the whole installation. `hash` is of the image that it is about,
// where there is one. The aliases there are begin theirs as they stand. Whose changes nobody tells of, the
// triggers of history.cpp do.
constexpr std::string_view history_table = R"sql(
CREATE TABLE history (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  organization INTEGER REFERENCES organizations,
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  version      INTEGER NOT NULL,
  action       TEXT NOT NULL,
  hash         TEXT,
  at           INTEGER NOT NULL,
  by_user      TEXT NOT NULL DEFAULT '',
  by_email     TEXT NOT NULL DEFAULT '',
  by_key       TEXT NOT NULL DEFAULT '',
  via          TEXT NOT NULL,
  details      TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX history_by_thing ON history (organization, kind, name, id);

INSERT INTO history (organization, kind, name, version, action, hash, at, via)
SELECT organization, 'alias', name, version, iif(deleted IS NULL, 'put', 'delete'), hash,
       coalesce(deleted, updated), 'before_history'
FROM aliases;
)sql";

// What a key was let into: the roles of its user's memberships that there were when it was made, or when the
// membership was set. It may do what is in both tables. The keys there are keep what they could do.
constexpr std::string_view key_roles = R"sql(
CREATE TABLE key_roles (
  key          TEXT NOT NULL REFERENCES api_keys ON DELETE CASCADE,
  organization INTEGER NOT NULL REFERENCES organizations,
  role         TEXT NOT NULL,
  PRIMARY KEY (key, organization, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_user ON api_keys (user);

INSERT INTO key_roles (key, organization, role)
SELECT k.sha256, r.organization, r.role FROM api_keys k JOIN roles r ON r.user = k.user;
)sql";

// A catalog that is restored from a backup while others use it counts on from the backup's numbers: only the
// tokens tell its changes from those that had the numbers before (catalog/changes.h). And a log that is lost
// may hold what made no row with a number: the feed counts the commits, too (commit_mark.h). The table is
// made anew, under its name, to which the triggers of others refer: a column that is added can't have such a
// default.
constexpr std::string_view tokens_and_commits = R"sql(
CREATE TABLE changes_before AS SELECT number, kind, organization, name FROM changes;
CREATE TABLE numbers_before AS SELECT seq FROM sqlite_sequence WHERE name = 'changes';
DROP TABLE changes;
CREATE TABLE changes (
  number       INTEGER PRIMARY KEY AUTOINCREMENT,
  kind         TEXT NOT NULL,
  organization TEXT NOT NULL,
  name         TEXT NOT NULL,
  token        INTEGER NOT NULL DEFAULT (random())
) STRICT;
INSERT INTO changes (number, kind, organization, name)
SELECT number, kind, organization, name FROM changes_before ORDER BY number;
DELETE FROM sqlite_sequence WHERE name = 'changes';
INSERT INTO sqlite_sequence (name, seq) SELECT 'changes', seq FROM numbers_before;
DROP TABLE changes_before;
DROP TABLE numbers_before;
CREATE TRIGGER changes_are_pruned AFTER INSERT ON changes BEGIN
  DELETE FROM changes WHERE number <= NEW.number - 100000;
END;
ALTER TABLE feed ADD COLUMN commits INTEGER NOT NULL DEFAULT 0;
)sql";

// What a key's user says of it, when it was used last, and what signs its tokens.
constexpr std::string_view terms_of_keys = R"sql(
ALTER TABLE api_keys ADD COLUMN comment TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN trusted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN allowed_ips TEXT NOT NULL DEFAULT '[]';
ALTER TABLE api_keys ADD COLUMN expires INTEGER;
ALTER TABLE api_keys ADD COLUMN accessed INTEGER;
ALTER TABLE api_keys ADD COLUMN token_secret TEXT NOT NULL DEFAULT '';
)sql";

// A row for each user in an organization, whose roles stand in the table of that name. Since when a
// membership is there is not known of those before this table. A role never stands without one.
constexpr std::string_view memberships = R"sql(
CREATE TABLE memberships (
  user         INTEGER NOT NULL REFERENCES users,
  organization INTEGER NOT NULL REFERENCES organizations,
  active       INTEGER NOT NULL DEFAULT 1,
  comment      TEXT NOT NULL DEFAULT '',
  created      INTEGER,
  last_access  INTEGER,
  PRIMARY KEY (user, organization)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_organization ON memberships (organization);
INSERT INTO memberships (user, organization) SELECT DISTINCT user, organization FROM roles;
CREATE TRIGGER roles_have_memberships AFTER INSERT ON roles BEGIN
  INSERT INTO memberships (user, organization, created)
  VALUES (NEW.user, NEW.organization, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER))
  ON CONFLICT DO NOTHING;
END;
)sql";

// Whether a membership was given to a user of whom nothing but the id was known. How those there are came
// about is not known; they are taken for the others. And an organization may be a part of another.
constexpr std::string_view members_by_id_and_masters = R"sql(
ALTER TABLE memberships ADD COLUMN by_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN master INTEGER REFERENCES organizations;
)sql";

// When an image changed last that stays the same image: the date of its renders counts from then on. And
// which aliases point at an image, for when another comes in its place.
constexpr std::string_view changes_of_images = R"sql(
ALTER TABLE images ADD COLUMN changed INTEGER;
CREATE INDEX aliases_by_image ON aliases (organization, hash);
)sql";

// By which images are found, sorted and counted: indexes of columns, and of each value of what has no column
// (catalog/search_values.h). In image_values, those of one field lie together, sorted, the deleted images'
// apart. value_counts has how many living images have each value of the fields that are counted.
constexpr std::string_view search_index = R"sql(
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
)sql";

struct Migration {
  std::string_view sql;
  void (*then)(Connection&) = nullptr;  ///< for what SQL alone can't do
};

/// Only ever append: a database out there has run the earlier ones as they stand.
constexpr std::array migrations = {Migration{first_tables},
                                   Migration{signing_keys, organizations::add_missing_signing_keys},
                                   Migration{remote_images},
                                   Migration{changes_feed, changes::add_triggers},
                                   Migration{history_table, history::add_triggers},
                                   Migration{key_roles},
                                   Migration{tokens_and_commits, changes::add_triggers_for_what_is_replaced},
                                   Migration{terms_of_keys, users::add_missing_token_secrets},
                                   Migration{memberships},
                                   Migration{members_by_id_and_masters},
                                   Migration{changes_of_images},
                                   Migration{search_index, images::index_values}};

constexpr auto newest_version = static_cast<std::int64_t>(migrations.size());

std::int64_t value_of(Connection& connection, Sql pragma) {
  Query query = connection.query(pragma);
  return query.step() ? query.integer(0) : 0;
}

std::int64_t owner_of(Connection& connection) {
  return value_of(connection, "PRAGMA application_id");
}

std::int64_t schema_version(Connection& connection) {
  return value_of(connection, "PRAGMA user_version");
}

[[noreturn]] void refuse(const std::string& why) {
  throw DatabaseFailure::refusal(why);
}

[[noreturn]] void refuse_another_program_s() {
  refuse("it is another program's database, not a catalog of rucola, and was left alone");
}

[[noreturn]] void refuse_newer(std::int64_t version) {
  refuse("it has schema version " + std::to_string(version) + ", but this program knows only up to " +
         std::to_string(newest_version) +
         ". Use the newer program that wrote it, or put back a backup from before it did; nothing was "
         "changed");
}

/// How many migrations the database has run; refuses files that aren't ours to touch. Inside a transaction
/// only: another process may be migrating, and half of its work would look like another program's database.
std::size_t version_of(Connection& connection) {
  const std::int64_t owner = owner_of(connection);
  const bool empty = !connection.query("SELECT 1 FROM sqlite_schema LIMIT 1").step();
  if (owner != application_id && !(owner == 0 && empty)) refuse_another_program_s();
  const std::int64_t version = schema_version(connection);
  if (version < 0 || version > newest_version) refuse_newer(version);
  return static_cast<std::size_t>(version);
}

/// The same of a catalog that had tables once.
std::size_t version_of_used(Connection& connection) {
  const std::size_t version = version_of(connection);
  if (version == 0)
    refuse(
        "it holds nothing, not even tables: its write-ahead log was lost, or an empty file was put in its "
        "place");
  return version;
}

/// Both numbers stand on the first page: what reads them in one transaction, or while nobody writes, reads
/// those of one commit.
bool has_this_schema(Connection& connection) {
  return owner_of(connection) == application_id && schema_version(connection) == newest_version;
}

void run_missing(Connection& connection, std::size_t version) {
  for (std::size_t next = version; next < migrations.size(); ++next) {
    connection.execute(std::string(migrations[next].sql));
    if (migrations[next].then != nullptr) migrations[next].then(connection);
    connection.execute("PRAGMA user_version = " + std::to_string(next + 1));
  }
  connection.execute("PRAGMA application_id = " + std::to_string(application_id));
}

}  // namespace

bool migrate(Connection& connection) {
  if (has_this_schema(connection)) return false;  // the usual start writes nothing
  Transaction transaction(connection);
  const std::size_t version = version_of(connection);
  run_missing(connection, version);
  transaction.commit();
  return version == 0;
}

void bring_up_to_date(Connection& connection) {
  if (has_this_schema(connection)) return;
  const std::size_t version = version_of_used(connection);
  run_missing(connection, version);
  log::warning(
      "catalog_brought_up_to_date",
      {{"why", "it was replaced by one of an older version"}, {"from", version}, {"to", migrations.size()}});
}

bool is_outdated(Connection& connection) {
  const Snapshot snapshot(connection);
  if (has_this_schema(connection)) return false;
  version_of_used(connection);
  return true;
}

void require_up_to_date(Connection& connection) {
  const Snapshot snapshot(connection);
  const auto version = static_cast<std::int64_t>(version_of_used(connection));
  if (version == newest_version) return;
  refuse("it has schema version " + std::to_string(version) + ", but this program reads version " +
         std::to_string(newest_version) +
         ". A start of the server brings it up to date; where that is not wanted, as of a backup, use the "
         "program that wrote it, or start a server on a copy of the folder. Nothing was changed");
}

}  // namespace rucola::storage
