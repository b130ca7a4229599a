// Is the database damaged, as far as that is known? Pages that nobody asks for may be garbled for months, and
// a server that could know of it must not call itself ready. So all of them are looked at once after the
// start, in the background (a gigabyte that the system has in memory takes 1.5 s), and again after another
// program has written, which may be a restore under the running server; and damage that a statement meets
// counts as well. It holds until another look, after a change of the catalog, finds none.
//
// A page may also be sound by itself and wrong all the same, as one of an index that a disk gave back from
// another time: then answers are wrong, and no statement meets anything. So after each look the indexes are
// compared with their tables, which takes ten times as long (100,000 images: 6 s while others compiled): one
// table at a time, since a snapshot that is read keeps the log from being used again, by a thread that gives
// way to the others.
//
// Threads: met(), look_again() and damage() from any, and none blocks; begin() once. Ownership: `watch` and
// `waits` outlive it. Errors: none; a look that can't be finished is logged, and nothing is known by it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/mutex.h"
#include "storage/catalog/sqlite/commit_watch.h"
#include "storage/catalog/sqlite/connection.h"
#include "storage/catalog/sqlite/lock_waits.h"

namespace rucola::storage {

class Inspection {
 public:
  Inspection(std::filesystem::path file, const CommitWatch& watch, const LockWaits& waits)
      : file_(std::move(file)), watch_(watch), waits_(waits) {}

  /// Begins to look. Returns when that is done, which a usual catalog takes some milliseconds for, or after
  /// `patience`.
  void begin(std::chrono::milliseconds patience);

  /// A statement has found damage.
  void met(std::string_view what) noexcept;

  /// Another program has written, and nobody has looked at what is there now. It is looked at soon, but there
  /// is always some rest between two looks.
  void look_again();

  /// In words for the operator; nothing: none is known.
  [[nodiscard]] std::optional<std::string> damage() const;

 private:
  using Clock = std::chrono::steady_clock;
  enum class Reason : std::uint8_t { end, look, compare };
  using Search = std::function<std::optional<std::string>(Connection&)>;

  void run(const std::stop_token& stop);
  void look(const std::stop_token& stop);
  void compare(const std::stop_token& stop);
  void search(const std::stop_token& stop, bool thorough, const Search& damage_in);
  void note(std::optional<std::string> found, std::uint64_t bell, bool thorough);
  [[nodiscard]] Reason wait_for_reason(const std::stop_token& stop, Clock::duration rest,
                                       std::optional<Clock::time_point> compare_from);

  const std::filesystem::path file_;
  const CommitWatch& watch_;
  const LockWaits& waits_;
  mutable Mutex mutex_;
  Condition changed_;  // waits for: damage, unknown_, looked_, or the end
  std::optional<std::string> damage_ GUARDED_BY(mutex_);
  std::uint64_t damaged_at_ GUARDED_BY(mutex_) = 0;  ///< the bell, when damage was found last
  bool looked_ GUARDED_BY(mutex_) = false;
  bool unknown_ GUARDED_BY(mutex_) = false;  ///< another program has written since the last look began
  std::jthread thread_;                      // the last member: it stops before the others go
};

}  // namespace rucola::storage
