#include "storage/catalog/sqlite/connection.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "storage/catalog/sqlite/database_failure.h"
#include "storage/catalog/sqlite/examination.h"

namespace rucola::storage {
namespace {

using std::chrono::microseconds;

}  // namespace

/// It needs the file for itself for a moment, and SQLite does not call the busy handler then.
void Connection::switch_to_wal() {
  const auto deadline = Clock::now() + longest_wait_for_a_lock;
  for (;;) {
    try {
      execute("PRAGMA journal_mode = WAL");
      return;
    } catch (const DatabaseFailure& failure) {
      if (failure.code() != SQLITE_BUSY || !may_wait() || Clock::now() > deadline) throw;
    }
    std::this_thread::sleep_for(microseconds{500});
  }
}

/// Called while another program holds a lock. SQLite's own handler backs off to 100 ms, which is a thousand
/// commits; ours asks again sooner.
int Connection::wait_for_lock(void* connection, int attempts) {
  constexpr microseconds first{100};
  constexpr microseconds longest{2'000};
  Connection& self = *static_cast<Connection*>(connection);
  const Clock::time_point now = Clock::now();
  if (attempts == 0) self.lock_met_ = now;
  const Clock::time_point deadline = self.locks_until_.value_or(self.lock_met_ + longest_wait_for_a_lock);
  if (now >= deadline || !self.may_wait()) return 0;
  const auto left = std::chrono::ceil<microseconds>(deadline - now);
  std::this_thread::sleep_for(std::min({first * (attempts + 1), longest, left}));
  return 1;
}

Connection::Connection(const std::filesystem::path& file, Use use, const LockWaits* waits) : waits_(waits) {
  use == Use::examine ? open_to_examine(file) : open_for_use(file, use);
  execute(
      "PRAGMA trusted_schema = OFF;"
      "PRAGMA temp_store = MEMORY;"   // or each savepoint could make a file
      "PRAGMA cache_size = -4096;");  // KiB
  if (use != Use::write) execute("PRAGMA query_only = ON");
}

void Connection::open_for_use(const std::filesystem::path& file, Use use) {
  // Who reads makes no file: an empty one would make SQLite delete the log that lies beside it.
  open(file, SQLITE_OPEN_READWRITE | (use == Use::write ? SQLITE_OPEN_CREATE : 0), nullptr);
  switch_to_wal();
  // FULL syncs the log at every commit; NORMAL lost acknowledged rows in the power-cut test.
  execute(
      "PRAGMA synchronous = FULL;"
      "PRAGMA foreign_keys = ON;"
      "PRAGMA journal_size_limit = 67108864;");  // after a burst the log gives its space back
}

void Connection::open_to_examine(const std::filesystem::path& file) {
  const WayIn way = way_in(file);
  open(uri_of(file, way), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
       way == WayIn::log_alone ? "unix-none" : nullptr);
  // The last one to close would fold the log into the database, and remove it.
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  // Without others there is no need for an index that is shared: it is made in memory.
  if (way == WayIn::log_alone) execute("PRAGMA locking_mode = EXCLUSIVE");
}

void Connection::open(const std::string& name, int flags, const char* file_system) {
  sqlite3* handle = nullptr;
  // Each connection is used by one thread at a time, so SQLite's own mutexes would only cost.
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, file_system);
  handle_.reset(handle);
  if (code != SQLITE_OK) throw DatabaseFailure(handle, code, "open " + name);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_handler(handle, wait_for_lock, this);
}

void Connection::execute(const std::string& script) {
  const int code = sqlite3_exec(handle_.get(), script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw DatabaseFailure(handle_.get(), code, "run \"" + script + "\"");
}

Statement& Connection::prepared(Sql sql) {
  const auto found = statements_.find(sql.text().data());
  if (found != statements_.end()) return found->second;
  return statements_.emplace(sql.text().data(), Statement(handle_.get(), sql.text())).first->second;
}

}  // namespace rucola::storage
