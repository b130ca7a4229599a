// The one connection that writes.
//
// Threads: run() from any; callers queue. Ownership: owns its connection.
// Errors: DatabaseFailure, in which case nothing was changed.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>

#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage {

class Writer {
 public:
  /// Returns false to have everything it did rolled back.
  using Change = std::function<bool(Connection&)>;

  explicit Writer(const std::filesystem::path& file) : connection_(file, Connection::Use::write) {}

  /// Runs the change in a transaction of its own. When this returns, the change is on disk, or rolled back.
  void run(const Change& change);

  /// For the time before the first run(), and to keep an eye on.
  [[nodiscard]] Connection& connection() { return connection_; }

 private:
  std::mutex mutex_;
  Connection connection_;  // guarded by mutex_
};

}  // namespace rucola::storage
