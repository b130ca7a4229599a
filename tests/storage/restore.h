// `.restore` of SQLite's shell: another database becomes the content of one that may be in use.
#pragma once

#include <filesystem>
#include <stdexcept>

#include "storage/catalog/sqlite/connection.h"

namespace rucola::test {

inline void restore(const std::filesystem::path& from, const std::filesystem::path& into) {
  using storage::Connection;
  const Connection source(from, Connection::Use::write);
  const Connection target(into, Connection::Use::write);
  sqlite3_backup* const copying = sqlite3_backup_init(target.handle(), "main", source.handle(), "main");
  if (copying == nullptr) throw std::runtime_error("no restore");
  sqlite3_backup_step(copying, -1);
  if (sqlite3_backup_finish(copying) != SQLITE_OK) throw std::runtime_error("the restore failed");
}

}  // namespace rucola::test
