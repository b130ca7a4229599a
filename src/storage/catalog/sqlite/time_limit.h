// For as long as it lives, statements of the connection that run past the deadline fail as SQLITE_INTERRUPT.
//
// Threads and ownership: those of the connection, which must outlive it; one at a time.
#pragma once

#include <chrono>

#include <sqlite3.h>

#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage {

class TimeLimit {
 public:
  TimeLimit(Connection& connection, std::chrono::milliseconds limit)
      : handle_(connection.handle()), deadline_(Connection::Clock::now() + limit) {
    constexpr int steps = 20'000;  // of SQLite's machine: a fraction of a millisecond
    sqlite3_progress_handler(handle_, steps, is_over, this);
  }
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;
  ~TimeLimit() { sqlite3_progress_handler(handle_, 0, nullptr, nullptr); }

 private:
  static int is_over(void* self) {
    return Connection::Clock::now() >= static_cast<const TimeLimit*>(self)->deadline_ ? 1 : 0;
  }

  sqlite3* const handle_;
  const Connection::Clock::time_point deadline_;
};

}  // namespace rucola::storage
