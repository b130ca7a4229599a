#include "storage/catalog/sqlite/schema.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "base/log.h"
#include "storage/catalog/sqlite/database_failure.h"
#include "storage/catalog/sqlite/history.h"
#include "storage/catalog/sqlite/migrations/all.h"
#include "storage/catalog/sqlite/snapshot.h"
#include "storage/catalog/sqlite/transaction.h"

namespace rucola::storage {
namespace {

/// "ruco": tells file(1), and us, whose database this is.
constexpr std::int64_t application_id = 0x7275636F;

/// Counted by SQLite, in the head of the file; a restore counts as one, too.
constexpr Sql changes_of_schema = "PRAGMA schema_version";

constexpr auto newest_version = static_cast<std::int64_t>(migrations::all.size());

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

/// The first migration of whose changes the history tells.
constexpr auto first_told =
    static_cast<std::size_t>(
        std::ranges::find(migrations::all, migrations::history_of_everything.sql, &Migration::sql) -
        migrations::all.begin()) +
    1;

/// One of a large catalog takes minutes, in which it would seem to hang.
void run_missing(Connection& connection, std::size_t version) {
  if (version > 0 && version < migrations::all.size()) {
    log::warning("catalog_is_migrated", {{"from", version},
                                         {"to", migrations::all.size()},
                                         {"advice", "this takes minutes for a million images; let it end"}});
  }
  for (std::size_t next = version; next < migrations::all.size(); ++next) {
    const bool is_told = next >= first_told;
    if (is_told) history::begin_changes_of(connection, nullptr, {});
    connection.execute(std::string(migrations::all[next].sql));
    if (migrations::all[next].then != nullptr) migrations::all[next].then(connection);
    if (is_told) history::end_changes(connection);
    connection.execute("PRAGMA user_version = " + std::to_string(next + 1));
  }
  connection.execute("PRAGMA application_id = " + std::to_string(application_id));
}

/// The same of a file of which nobody knows yet whether it is what it says.
void try_missing(Connection& connection, std::size_t version) {
  try {
    run_missing(connection, version);
  } catch (const DatabaseFailure& failure) {
    if (failure.code() != SQLITE_ERROR) throw;
    refuse("it says that it is a catalog of rucola of schema version " + std::to_string(version) +
           ", but can't be brought up to date, since its tables are not those of one (" +
           sqlite3_errmsg(connection.handle()) + "). Put back a backup of the catalog; nothing was changed");
  }
}

using Names = std::set<std::string>;

/// Of all tables, each with its columns, and of all triggers.
Names names_in(Connection& connection) {
  Query row = connection.query(
      "SELECT m.type || ' ' || m.name FROM sqlite_schema m WHERE m.type IN ('table', 'trigger') UNION ALL "
      "SELECT 'column ' || m.name || '.' || c.name FROM sqlite_schema m, pragma_table_info(m.name) c "
      "WHERE m.type = 'table'");
  Names names;
  while (row.step())
    names.insert(row.text(0));
  return names;
}

/// What the migrations make.
Names names_of_this_schema() {
  Connection in_memory(":memory:", Connection::Use::write);
  run_missing(in_memory, 0);
  return names_in(in_memory);
}

/// Both numbers in a file's head are quickly written, and a database that has them may hold other tables, or
/// half of ours. What it holds besides may stay.
void require_all_names(Connection& connection) {
  static const Names needed = names_of_this_schema();
  const Names found = names_in(connection);
  std::vector<std::string> missing;
  std::ranges::set_difference(needed, found, std::back_inserter(missing));
  if (missing.empty()) return;
  refuse("it says that it is a catalog of rucola of schema version " + std::to_string(newest_version) +
         ", but lacks " + std::to_string(missing.size()) + " of the " + std::to_string(needed.size()) +
         " things that belong to one, the first of them the " + missing.front() +
         ". It is another program's, or was changed by hand; put back a backup of the catalog. Nothing was "
         "changed");
}

}  // namespace

bool migrate(Connection& connection) {
  if (has_this_schema(connection)) {  // the usual start writes nothing
    require_all_names(connection);
    return false;
  }
  Transaction transaction(connection);
  const std::size_t version = version_of(connection);
  try_missing(connection, version);
  require_all_names(connection);
  transaction.commit();
  return version == 0;
}

bool KnownSchema::is_known(Connection& connection) const {
  return has_this_schema(connection) && value_of(connection, changes_of_schema) == changes_.load();
}

void KnownSchema::recognise(Connection& connection) {
  require_all_names(connection);
  changes_ = value_of(connection, changes_of_schema);
}

bool KnownSchema::bring_up_to_date(Connection& connection) {
  if (is_known(connection)) return false;
  if (has_this_schema(connection)) {
    recognise(connection);
    return false;
  }
  const std::size_t version = version_of_used(connection);
  try_missing(connection, version);
  recognise(connection);
  log::warning("catalog_brought_up_to_date", {{"why", "it was replaced by one of an older version"},
                                              {"from", version},
                                              {"to", migrations::all.size()}});
  return true;
}

bool KnownSchema::is_outdated(Connection& connection) {
  const Snapshot snapshot(connection);
  if (is_known(connection)) return false;
  if (!has_this_schema(connection)) {
    version_of_used(connection);
    return true;
  }
  recognise(connection);
  return false;
}

void require_up_to_date(Connection& connection) {
  const Snapshot snapshot(connection);
  const auto version = static_cast<std::int64_t>(version_of_used(connection));
  if (version == newest_version) return require_all_names(connection);
  refuse("it has schema version " + std::to_string(version) + ", but this program reads version " +
         std::to_string(newest_version) +
         ". A start of the server brings it up to date; where that is not wanted, as of a backup, use the "
         "program that wrote it, or start a server on a copy of the folder. Nothing was changed");
}

}  // namespace rucola::storage
