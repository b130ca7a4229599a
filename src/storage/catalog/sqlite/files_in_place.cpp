#include "storage/catalog/sqlite/files_in_place.h"

#include <cerrno>
#include <system_error>

#include <sys/stat.h>

#include "storage/catalog/sqlite/database_failure.h"

namespace rucola::storage {
namespace {

struct stat look_at(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    throw DatabaseFailure(nullptr, SQLITE_READONLY_DBMOVED,
                          "look for " + path.string() + ": " + std::generic_category().message(errno));
  }
  return status;
}

}  // namespace

FilesInPlace::FilesInPlace(const std::filesystem::path& database)
    : files_{File{database}, File{database.string() + "-wal"}, File{database.string() + "-shm"}} {
  for (File& file : files_) {
    const struct stat status = look_at(file.path);
    file.device = status.st_dev;
    file.number = status.st_ino;
  }
}

void FilesInPlace::check() const {
  for (const File& file : files_) {
    const struct stat status = look_at(file.path);
    if (status.st_dev != file.device || status.st_ino != file.number) {
      throw DatabaseFailure(nullptr, SQLITE_READONLY_DBMOVED,
                            file.path.string() + " is another file than was opened");
    }
  }
}

}  // namespace rucola::storage
