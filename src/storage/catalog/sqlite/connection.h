// One connection to the catalog's database, set up the way every connection must be.
//
// A statement that needs a lock which another program holds waits for it, and fails as SQLITE_BUSY after
// longest_wait_for_a_lock, or when wait_for_locks_until() or its LockWaits say so.
//
// Threads: one at a time. Ownership: owns the SQLite handle and its prepared statements.
// Errors: DatabaseFailure.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <unordered_map>

#include <sqlite3.h>

#include "base/c_handle.h"
#include "storage/catalog/sqlite/lock_waits.h"
#include "storage/catalog/sqlite/statement.h"

namespace rucola::storage {

class Connection {
 public:
  /// `examine` reads without a trace: no file is made and no byte changed, whoever else has the database open
  /// (examination.h).
  enum class Use { read, write, examine };
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds longest_wait_for_a_lock{10};

  /// `waits`, which may be null, outlives the connection.
  Connection(const std::filesystem::path& file, Use use, const LockWaits* waits = nullptr);
  Connection(const Connection&) = delete;  // SQLite knows where it is
  Connection& operator=(const Connection&) = delete;
  ~Connection() = default;

  /// `connection.query("SELECT … WHERE a = ?1 AND b = ?2", a, b)`; prepared once a connection.
  template <class... Values>
  [[nodiscard]] Query query(Sql sql, const Values&... values) {
    Query query(prepared(sql));
    int index = 0;  // NOLINT(misc-const-correctness): without values nothing counts it up
    (query.bind(++index, values), ...);
    return query;
  }
  template <class... Values>
  void run(Sql sql, const Values&... values) {
    query(sql, values...).run();
  }

  /// Statements without parameters, several if need be; nothing is cached.
  void execute(const std::string& script);

  /// A time that is over: what is locked fails at once. Nothing: each statement waits for its own
  /// longest_wait_for_a_lock again.
  void wait_for_locks_until(std::optional<Clock::time_point> deadline) { locks_until_ = deadline; }

  /// Rows that the latest INSERT, UPDATE or DELETE touched.
  [[nodiscard]] std::int64_t changes() const { return sqlite3_changes64(handle_.get()); }
  /// The same of all statements so far, and of the triggers that they set off.
  [[nodiscard]] std::int64_t changes_so_far() const { return sqlite3_total_changes64(handle_.get()); }
  [[nodiscard]] std::int64_t last_insert_id() const { return sqlite3_last_insert_rowid(handle_.get()); }
  /// False once SQLite has rolled the whole transaction back by itself, as it does after some failures.
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

 private:
  static int wait_for_lock(void* connection, int attempts);
  void open_for_use(const std::filesystem::path& file, Use use);
  void open_to_examine(const std::filesystem::path& file);
  void open(const std::string& name, int flags, const char* file_system);
  void switch_to_wal();
  [[nodiscard]] bool may_wait() const { return waits_ == nullptr || !waits_->ended(); }
  Statement& prepared(Sql sql);

  const LockWaits* const waits_;
  std::optional<Clock::time_point> locks_until_;
  Clock::time_point lock_met_;
  CHandle<sqlite3, sqlite3_close> handle_;
  std::unordered_map<const char*, Statement> statements_;  // dies before handle_
};

}  // namespace rucola::storage
