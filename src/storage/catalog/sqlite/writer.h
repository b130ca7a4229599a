// The one connection that writes, and group commit: changes that come while the disk is busy syncing share
// the next transaction, and so the next sync.
//
//   waiting ──a caller finds nobody committing, and leads──▶ in a batch ──COMMIT──▶ done, all of the batch
//                                                                └──change says no, or fails──▶ that one is
//                                                                undone └──COMMIT fails──▶ done, all failed
//
// Threads: run() from any. A change may run on the thread of another caller that leads, while its own waits
// for it. Who waits is woken when its batch is done, in no order; the queue is served first come, first
// served. Ownership: owns its connection. Errors: whatever the change threw, or the DatabaseFailure that
// undid its batch.
#pragma once

#include <cstddef>
#include <deque>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/disk_room.h"
#include "base/mutex.h"
#include "storage/catalog/sqlite/commit_mark.h"
#include "storage/catalog/sqlite/connection.h"
#include "storage/catalog/sqlite/files_in_place.h"

namespace rucola::storage {

class Writer {
 public:
  /// Returns false to have everything it did rolled back. May be called once more, where there was no room on
  /// the disk the first time. Must not call run().
  using Change = std::function<bool(Connection&)>;

  /// `room` may be null.
  explicit Writer(const std::filesystem::path& file, std::shared_ptr<DiskRoom> room = {})
      : connection_(file, Connection::Use::write), room_(std::move(room)) {}

  /// When this returns, the change is on disk; or rolled back, where it said false. When it throws, nothing
  /// of it was kept.
  void run(const Change& change);

  /// How many changes wait for the next batch.
  [[nodiscard]] std::size_t waiting() const;

  /// For the time before the first run().
  [[nodiscard]] Connection& connection() { return connection_; }
  /// Before the first run(): nothing is committed any more where these files are not in place.
  void stay_with(FilesInPlace files) { files_ = std::move(files); }
  /// Before the first run(): every commit is noted there. The mark outlives the last run().
  void mark_commits(CommitMark& mark) { mark_ = &mark; }

 private:
  struct Job {
    const Change& change;
    std::exception_ptr failure{};
    bool done = false;
  };
  using Batch = std::vector<Job*>;

  static constexpr std::size_t largest_batch = 256;

  Batch take_batch() REQUIRES(mutex_);
  void commit(const Batch& batch) noexcept;
  void try_to_commit(const Batch& batch) noexcept;
  bool apply(Job& job);
  bool apply_in_savepoint(Job& job);

  mutable Mutex mutex_;
  Condition batch_done_;  // waits for: its own job done, or nobody leading
  std::deque<Job*> waiting_ GUARDED_BY(mutex_);
  bool leading_ GUARDED_BY(mutex_) = false;  // whoever set it may use connection_
  Connection connection_;
  std::optional<FilesInPlace> files_;
  CommitMark* mark_ = nullptr;
  const std::shared_ptr<DiskRoom> room_;
};

}  // namespace rucola::storage
