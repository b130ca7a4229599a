// Looking at a catalog without a trace: no file is made, no byte changed, no time of a file but that of its
// last reading (and, as root, the log's ctime: SQLite gives it to whom it belongs already). SQLite writes
// even where it is opened to read only: it makes the log and its index where they are missing, notes in the
// index how far it reads, and folds the log into the database when it closes. So the way in depends on what
// lies beside the database:
//
//   log and index   somebody has it open, or died with it: the index is read, not written, and where nobody
//                   keeps it (readonly_shm) one is made in memory. SQLite's locks hold.
//   log alone       a copy, for instance: no locks (`unix-none`), and an index in memory
//   no log          a catalog that was closed: all is in the one file (`immutable`), no locks
//
// Without locks another program may begin to write meanwhile: Undisturbed tells.
//
// Threads: plain values. Errors: DatabaseFailure.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

namespace rucola::storage {

enum class WayIn : std::uint8_t { log_and_index, log_alone, no_log };

WayIn way_in(const std::filesystem::path& database);

/// What SQLite opens read-only by that way.
std::string uri_of(const std::filesystem::path& database, WayIn way);

class Undisturbed {
 public:
  /// To be made before the database is opened.
  explicit Undisturbed(const std::filesystem::path& database);

  /// Throws where what was read without locks since then may be of several commits.
  void check() const;

 private:
  struct State {
    ino_t number = 0;
    off_t bytes = 0;
    std::int64_t seconds = 0;  ///< of the last change
    std::int64_t nanoseconds = 0;
    bool operator==(const State&) const = default;
  };
  static constexpr std::size_t files = 3;
  using States = std::array<std::optional<State>, files>;

  [[nodiscard]] States look() const;

  const std::filesystem::path database_;
  const bool has_locks_;
  const States before_;
};

}  // namespace rucola::storage
