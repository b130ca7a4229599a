// Notices every commit to the database, by any process, without SQL and without a lock.
//
// How: SQLite keeps the header of the WAL index in memory that all processes with the database open share
// (the mapped `-shm` file). Each commit rewrites it after the log was synced and before COMMIT returns, so
// whoever has seen a commit acknowledged finds a changed header here. The layout is part of SQLite's
// published file format (sqlite.org/walformat.html, "The WAL-Index Header"): two copies of 48 bytes at offset
// 0 and 48. The first copy is the one that is written last. Among its fields are a counter of transactions,
// the number of the last valid frame, the checksum of that frame and the two salts of the log, which change
// when it restarts.
//
// The mapping is SQLite's own, asked for through the VFS: opening the file a second time would be a trap,
// because closing any descriptor of a file drops all POSIX locks that this process holds on it.
//
// Threads: value() from any. Ownership: borrows the connection's mapping; the connection must outlive it.
#pragma once

#include <cstdint>
#include <optional>

#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage {

/// How far a write-ahead log goes: its salts, which tell it from every other one, and its frames up to the
/// last commit.
struct LogPosition {
  std::uint64_t salts = 0;
  std::uint64_t frames = 0;
};

class CommitWatch {
 public:
  /// Throws DatabaseFailure where the mapping can't be had.
  explicit CommitWatch(Connection& connection);

  /// Differs from all earlier values once there was a commit. It may also change without one, as when a
  /// checkpoint restarts the log; never the other way round.
  [[nodiscard]] std::uint64_t value() const noexcept;

  /// As of a commit that is on disk, the latest or one of the last few. Nothing while others commit so fast
  /// that it can't be read.
  [[nodiscard]] std::optional<LogPosition> position() const noexcept;

 private:
  const std::uint64_t* header_;
};

}  // namespace rucola::storage
