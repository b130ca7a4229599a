// The open database: one writer, many readers and the watch over commits. Here SQLite's failures become
// Errors.
//
// Threads: any. Ownership: owns all connections.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/disk_room.h"
#include "base/error.h"
#include "storage/catalog/sqlite/commit_mark.h"
#include "storage/catalog/sqlite/commit_watch.h"
#include "storage/catalog/sqlite/database_failure.h"
#include "storage/catalog/sqlite/files_in_place.h"
#include "storage/catalog/sqlite/lock_waits.h"
#include "storage/catalog/sqlite/readers.h"
#include "storage/catalog/sqlite/writer.h"

namespace rucola::storage {

/// As catalog::Store::find_damage().
Result<std::vector<std::string>> find_damage(Connection& connection);

class Database {
 public:
  /// Makes the file where it is missing and migrates it. `room` may be null. Throws DatabaseFailure.
  explicit Database(const std::filesystem::path& file, std::shared_ptr<DiskRoom> room = {});

  [[nodiscard]] std::uint64_t bell() const noexcept { return watch_.value(); }
  /// As catalog::Store::lost_changes().
  [[nodiscard]] const std::vector<std::string>& lost_changes() const { return mark_.losses(); }

  /// As catalog::Store::stop_waiting().
  void stop_waiting() noexcept { lock_waits_.end(); }

  /// As catalog::Store::unmarked().
  [[nodiscard]] std::vector<std::string> unmarked() const { return mark_.unmarked(); }

  /// As catalog::ChangeFeed::in_place().
  [[nodiscard]] Result<void> in_place() const;

  /// Reads, and takes the lock for writing, without writing. Fails where the files are not in place any more.
  Result<void> check();

  /// `look(Connection&)` returns a Result; each statement in it sees the newest commit. Statements that must
  /// agree with each other belong in one SELECT.
  template <class Look>
  auto read(const Look& look) -> std::invoke_result_t<const Look&, Connection&> {
    try {
      Readers::Loan loan = readers_.borrow();
      return look(loan.connection());
    } catch (const DatabaseFailure& failure) {
      return std::unexpected(failure.to_error());
    }
  }

  /// `change(Connection&)` returns a Result; an Error rolls back all that it did.
  template <class Change>
  auto write(const Change& change) -> std::invoke_result_t<const Change&, Connection&> {
    std::optional<std::invoke_result_t<const Change&, Connection&>> result;
    try {
      writer_.run([&](Connection& connection) { return result.emplace(change(connection)).has_value(); });
      return std::move(*result);
    } catch (const DatabaseFailure& failure) {
      return std::unexpected(failure.to_error());
    }
  }

 private:
  LockWaits lock_waits_;    // the connections look at it
  const bool had_content_;  ///< the file
  Writer writer_;
  const bool is_new_;  ///< the catalog: nothing was in the file
  CommitWatch watch_;  // dies before writer_, whose memory it reads
  CommitMark mark_;
  const FilesInPlace files_;
  Readers readers_;
};

}  // namespace rucola::storage
