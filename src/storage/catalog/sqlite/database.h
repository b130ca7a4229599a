// The open database: one writer, many readers and the watch over commits; or one that is only examined
// (examination.h). Here SQLite's failures become Errors.
//
// Threads: any. Ownership: owns all connections.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
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
#include "storage/catalog/sqlite/examination.h"
#include "storage/catalog/sqlite/files_in_place.h"
#include "storage/catalog/sqlite/inspection.h"
#include "storage/catalog/sqlite/lock_waits.h"
#include "storage/catalog/sqlite/readers.h"
#include "storage/catalog/sqlite/schema.h"
#include "storage/catalog/sqlite/writer.h"

namespace rucola::storage {

/// As catalog::Store::find_damage().
Result<std::vector<std::string>> find_damage(Connection& connection);

class Database {
 public:
  /// Makes the file where it is missing and migrates it. `room` may be null. Throws DatabaseFailure.
  explicit Database(const std::filesystem::path& file, std::shared_ptr<DiskRoom> room = {});

  /// To be read alone, and without a trace; every write() fails. Throws DatabaseFailure, also where the
  /// schema is an older one.
  static std::unique_ptr<Database> to_examine(const std::filesystem::path& file);

  [[nodiscard]] std::uint64_t bell() const noexcept { return in_use_ ? in_use_->watch.value() : 0; }
  /// As catalog::Store::lost_changes().
  [[nodiscard]] const std::vector<std::string>& lost_changes() const;
  /// As catalog::Store::unmarked().
  [[nodiscard]] std::vector<std::string> unmarked() const;

  /// As catalog::Store::stop_waiting().
  void stop_waiting() noexcept { lock_waits_.end(); }

  /// As catalog::ChangeFeed::in_place().
  [[nodiscard]] Result<void> in_place() const;

  /// Reads, and takes the lock for writing, without writing. Fails where the files are not in place any more,
  /// or damage is known.
  Result<void> check();

  /// As catalog::Store::inspect().
  void inspect(std::chrono::milliseconds patience);
  /// Of a failure inside read() that does not leave it: damage is not to be forgotten.
  void met(const DatabaseFailure& failure) noexcept;

  /// `look(Connection&)` returns a Result; each statement in it sees the newest commit. Statements that must
  /// agree with each other belong in one SELECT.
  template <class Look>
  auto read(const Look& look) -> std::invoke_result_t<const Look&, Connection&> {
    try {
      prepare_to_read();
      Readers::Loan loan = readers_.borrow();
      auto seen = look(loan.connection());
      if (examined_) examined_->undisturbed.check();
      return seen;
    } catch (const DatabaseFailure& failure) {
      return std::unexpected(error_of(failure));
    }
  }

  /// `change(Connection&)` returns a Result; an Error rolls back all that it did.
  template <class Change>
  auto write(const Change& change) -> std::invoke_result_t<const Change&, Connection&> {
    std::optional<std::invoke_result_t<const Change&, Connection&>> result;
    try {
      writer().run([&](Connection& connection) { return result.emplace(change(connection)).has_value(); });
      return std::move(*result);
    } catch (const DatabaseFailure& failure) {
      return std::unexpected(error_of(failure));
    }
  }

 private:
  struct InUse {
    InUse(const std::filesystem::path& file, std::shared_ptr<DiskRoom> room, const LockWaits& waits);

    /// What each transaction that writes begins with. False: it wrote nothing.
    bool prepare_to_write(Connection& connection);

    const bool had_content;  ///< the file
    Writer writer;
    const bool is_new;  ///< the catalog: nothing was in the file
    CommitWatch watch;  // dies before writer, whose memory it reads
    CommitMark mark;
    const FilesInPlace files;
    Inspection inspection;
    KnownSchema schema;
    std::int64_t version_by_others;             ///< the writer's: changes where another connection commits
    std::atomic<std::uint64_t> bell_of_schema;  ///< up to there the schema is known to be this program's
  };
  struct Examined {
    explicit Examined(const std::filesystem::path& file) : undisturbed(file) {}

    const Undisturbed undisturbed;
    CommitMark::Examined mark{};
  };

  Database(std::unique_ptr<Examined> examined, const std::filesystem::path& file);

  [[nodiscard]] Writer& writer();
  void prepare_to_read();
  [[nodiscard]] Error error_of(const DatabaseFailure& failure);
  [[nodiscard]] bool is_outdated();

  LockWaits lock_waits_;                      // the connections look at it
  const std::unique_ptr<InUse> in_use_;       // this or
  const std::unique_ptr<Examined> examined_;  // that
  Readers readers_;
};

}  // namespace rucola::storage
