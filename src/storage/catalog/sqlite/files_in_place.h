// Are the database's files still those that were opened? Where somebody removes or replaces one while the
// program runs, SQLite goes on writing into the file without a name: every change would be acknowledged, and
// lost at the next start.
//
// Threads: check() from any. Ownership: plain values. Errors: DatabaseFailure.
#pragma once

#include <array>
#include <filesystem>

#include <sys/types.h>

namespace rucola::storage {

class FilesInPlace {
 public:
  /// Takes note of the database, its write-ahead log and the log's index; to be called when a connection has
  /// them open.
  explicit FilesInPlace(const std::filesystem::path& database);

  /// Costs three look-ups of a name. Throws where a file is another one, or gone.
  void check() const;

 private:
  struct File {
    std::filesystem::path path;
    dev_t device = 0;
    ino_t number = 0;
  };
  std::array<File, 3> files_;
};

}  // namespace rucola::storage
