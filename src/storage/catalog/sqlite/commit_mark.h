// The last commit, remembered in a file of its own beside the database. SQLite takes a write-ahead log that
// is missing, or whose end is damaged, for one that ends earlier, without a word; whoever was told that a
// change is kept would never learn that it is not. The mark tells: it is never ahead of what is on disk,
// since it is written after the commit, so where it names more than the catalog has, something was lost.
//
// What it holds: whose numbers these are (the feed's epoch), a count that only grows (the commits, which the
// feed counts, and the rows that the tables that never use a number twice have had: those of a hand, too),
// and how far the log went. A catalog that was closed, or checkpointed by another program, has the same count
// and no log, and agrees with it. Of a catalog with another epoch it says nothing, unless that is what is
// left of one that was all in its log.
//
// Costs a commit a page of the log, and one small write into the page cache, which survives the death of the
// process; a thread syncs it every second for the death of the machine. Then the mark may lag behind, and
// what was committed in that second can be lost unseen. A migration that makes the count smaller has to write
// the mark anew.
//
//   <database>-commits   the mark
//   <database>-lost      a line for each loss that was found, for people; whoever has seen to it removes it
//
// Threads: count() and note() from one at a time; unmarked() from any; the rest from the constructor's
// thread. Several processes may share the files: each leaves a mark that holds. unmarked() and count() block
// on the disk at most. Errors: without a mark nothing is found, which unmarked() says, and a warning logged.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/unique_fd.h"
#include "storage/catalog/sqlite/commit_watch.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage {

class CommitMark {
 public:
  /// What the database was before it was opened.
  enum class Was : std::uint8_t { nothing, a_file_without_tables, a_catalog };

  /// Compares the catalog with the mark that is there, and notes what is missing.
  CommitMark(const std::filesystem::path& database, Connection& connection, const CommitWatch& watch,
             Was before);

  struct Examined {
    std::vector<std::string> losses{};    ///< as losses()
    std::vector<std::string> unmarked{};  ///< as unmarked()
  };
  /// The same comparison for who only looks: nothing is written, and what is found is not noted.
  static Examined examine(const std::filesystem::path& database, Connection& connection);

  /// In words for the catalog's operator, oldest first; also what was found at earlier starts, as long as the
  /// file with it is there.
  [[nodiscard]] const std::vector<std::string>& losses() const { return losses_; }

  /// Why a loss could be there, or come, without being found. In words for the operator; empty: it could not.
  [[nodiscard]] std::vector<std::string> unmarked() const;

  /// The last thing within a transaction that has changed something; what it will count once it is committed.
  static std::int64_t count(Connection& connection);
  /// That transaction is committed.
  void note(std::int64_t count) noexcept;

 private:
  struct Record;

  [[nodiscard]] static std::optional<Record> read(const UniqueFd& file);
  void write(std::int64_t count, const std::optional<LogPosition>& position) noexcept;
  void compare(Connection& connection, Was before);
  void compare_if_it_can_be_read(Connection& connection, Was before);
  void sync_now_and_then(const std::stop_token& stop);

  const CommitWatch& watch_;
  const std::filesystem::path database_;
  UniqueFd file_;
  std::uint64_t epoch_ = 0;
  std::vector<std::string> losses_;
  bool was_unmarked_ = false;  ///< a catalog, when it was opened
  std::atomic<bool> unsynced_ = false;
  std::atomic<int> failed_ = 0;  ///< the error, while no mark can be written
  Mutex mutex_;
  Condition wake_;        // waits for: unsynced_, or the end
  std::jthread syncing_;  // the last member: it stops before the others go
};

}  // namespace rucola::storage
