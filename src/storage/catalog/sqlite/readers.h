// The connections that read. Each is used by one thread at a time; there are as many as threads ever read at
// the same moment, and the surplus is closed.
//
// Threads: borrow() from any; a Loan belongs to one thread. Ownership: the pool owns the connections and must
// outlive all loans. Errors: DatabaseFailure where a new connection can't be opened, or the files are not in
// place.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "storage/catalog/sqlite/connection.h"
#include "storage/catalog/sqlite/files_in_place.h"

namespace rucola::storage {

class Readers {
 public:
  class Loan {
   public:
    Loan(Readers& pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ~Loan() { pool_.give_back(std::move(connection_)); }
    [[nodiscard]] Connection& connection() { return *connection_; }

   private:
    Readers& pool_;
    std::unique_ptr<Connection> connection_;
  };

  /// `waits`, which may be null, outlives the pool.
  explicit Readers(std::filesystem::path file, const LockWaits* waits = nullptr,
                   Connection::Use use = Connection::Use::read)
      : file_(std::move(file)), use_(use), waits_(waits) {}

  [[nodiscard]] Loan borrow();

  /// Before the first borrow(): nothing is lent where these files are not in place.
  void stay_with(FilesInPlace files) { files_ = std::move(files); }

 private:
  static constexpr std::size_t most_idle = 16;

  void give_back(std::unique_ptr<Connection> connection) noexcept;

  const std::filesystem::path file_;
  const Connection::Use use_;
  const LockWaits* const waits_;
  std::optional<FilesInPlace> files_;
  Mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_
      GUARDED_BY(mutex_);  // the last one used has the warmest cache
};

}  // namespace rucola::storage
