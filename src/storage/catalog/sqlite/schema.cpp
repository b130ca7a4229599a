#include "storage/catalog/sqlite/schema.h"

#include <string>

#include "base/log.h"
#include "storage/catalog/sqlite/database_failure.h"
#include "storage/catalog/sqlite/migrations/all.h"
#include "storage/catalog/sqlite/snapshot.h"
#include "storage/catalog/sqlite/transaction.h"

namespace rucola::storage {
namespace {

/// "ruco": tells file(1), and us, whose database this is.
constexpr std::int64_t application_id = 0x7275636F;

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

void run_missing(Connection& connection, std::size_t version) {
  for (std::size_t next = version; next < migrations::all.size(); ++next) {
    connection.execute(std::string(migrations::all[next].sql));
    if (migrations::all[next].then != nullptr) migrations::all[next].then(connection);
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
  log::warning("catalog_brought_up_to_date", {{"why", "it was replaced by one of an older version"},
                                              {"from", version},
                                              {"to", migrations::all.size()}});
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
