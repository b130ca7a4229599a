// The one connection that writes, and group commit: changes that come while the disk is busy syncing share
// the next transaction, and so the next sync.
//
//   waiting ──a caller finds nobody leading, and leads──▶ BEGIN ──all that wait by now──▶ in a batch
//      │                                                    └──another program has the lock for too long──▶
//      │                                                       failed, the leader alone; the next one leads
//      └──its own time is over while the leader still waits for that lock──▶ failed
//   in a batch ──COMMIT──▶ done, all of the batch
//        ├──change says no, or fails──▶ that one is undone
//        └──COMMIT fails──▶ done, all failed
//
// Nobody waits for another program's lock for longer than `patience`, counted from when the work that his
// thread does was queued (base/queue_wait.h): all who wait do so side by side, not one batch after the other.
// Once `waits` have ended nobody does: the leader fails at once, and those behind him one after the other.
//
// Threads: run() from any. A change may run on the thread of another caller that leads, while its own waits
// for it. Who waits is woken when its batch is done, in no order; the queue is served first come, first
// served. Ownership: owns its connection. Errors: whatever the change threw, or the DatabaseFailure that
// undid its batch, or kept it from one.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/author.h"
#include "base/disk_room.h"
#include "base/mutex.h"
#include "base/request_id.h"
#include "storage/catalog/sqlite/commit_mark.h"
#include "storage/catalog/sqlite/connection.h"
#include "storage/catalog/sqlite/files_in_place.h"

namespace rucola::storage {

class Writer {
 public:
  /// Returns false to have everything it did rolled back. May be called once more, where there was no room on
  /// the disk the first time. Must not call run().
  using Change = std::function<bool(Connection&)>;

  /// `room` and `waits` may be null; the latter outlives the Writer.
  explicit Writer(const std::filesystem::path& file, std::shared_ptr<DiskRoom> room = {},
                  std::chrono::milliseconds patience = Connection::longest_wait_for_a_lock,
                  const LockWaits* waits = nullptr)
      : connection_(file, Connection::Use::write, waits), patience_(patience), room_(std::move(room)) {}

  /// When this returns, the change is on disk; or rolled back, where it said false. When it throws, nothing
  /// of it was kept.
  void run(const Change& change);

  /// How many changes wait for the next batch.
  [[nodiscard]] std::size_t waiting() const;

  /// For the time before the first run().
  [[nodiscard]] Connection& connection() { return connection_; }
  /// Before the first run(): nothing is committed any more where these files are not in place.
  void stay_with(FilesInPlace files) { files_ = std::move(files); }
  /// Before the first run(): each transaction begins with this, which is undone where nothing else is kept.
  /// It says whether it wrote anything.
  void begin_with(std::function<bool(Connection&)> prepare) { prepare_ = std::move(prepare); }
  /// Who makes a change: whoever run() was called for.
  struct Maker {
    const Author* author;  ///< null: nobody
    std::string_view request;
  };
  /// Before the first run(): told before each change, and of nobody, null, before the commit.
  void tell_who(std::function<void(Connection&, const Maker*)> tell) { tell_who_ = std::move(tell); }
  /// Before the first run(): every commit that changes something is counted and noted there. The mark
  /// outlives the last run().
  void mark_commits(CommitMark& mark) { mark_ = &mark; }

 private:
  using Clock = Connection::Clock;
  struct Job {
    const Change& change;
    const std::shared_ptr<const Author> author = current_author();
    const std::string_view request = current_request();
    Clock::time_point until{};  ///< when it has waited for another program's lock for long enough
    std::exception_ptr failure{};
    bool done = false;
  };
  using Batch = std::vector<Job*>;
  enum class Outcome : std::uint8_t { nothing_to_keep, no_change, changes };

  static constexpr std::size_t largest_batch = 256;

  bool wait_for_turn(Lock& lock, const Job& job) REQUIRES(mutex_);
  [[nodiscard]] bool is_locked_out() const REQUIRES(mutex_);
  void forget(const Job& job) REQUIRES(mutex_);
  Batch take_batch();
  Batch commit(Job& leader) noexcept;
  Batch try_to_commit(Job& leader, Batch batch) noexcept;
  Outcome apply_all(const Batch& batch);
  bool apply(Job& job);
  bool apply_in_savepoint(Job& job);

  mutable Mutex mutex_;
  Condition batch_done_;  // waits for: its own job done, or nobody leading
  std::deque<Job*> waiting_ GUARDED_BY(mutex_);
  bool leading_ GUARDED_BY(mutex_) = false;                           // whoever set it may use connection_
  std::optional<Clock::time_point> begins_since_ GUARDED_BY(mutex_);  // nothing: the leader has the lock
  Connection connection_;
  const std::chrono::milliseconds patience_;
  std::optional<FilesInPlace> files_;
  CommitMark* mark_ = nullptr;
  std::function<bool(Connection&)> prepare_;
  std::function<void(Connection&, const Maker*)> tell_who_;
  const std::shared_ptr<DiskRoom> room_;
};

}  // namespace rucola::storage
