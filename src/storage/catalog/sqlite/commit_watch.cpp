#include "storage/catalog/sqlite/commit_watch.h"

#include <atomic>

#include "storage/catalog/sqlite/database_failure.h"

namespace rucola::storage {
namespace {

constexpr int region_bytes = 32'768;  // the size of each mapped piece of the WAL index, fixed by the format
constexpr int header_words = 48 / 8;

/// The finaliser of MurmurHash3: a bijection that spreads each bit over the word.
constexpr std::uint64_t spread(std::uint64_t word) {
  word = (word ^ (word >> 33)) * 0xFF51'AFD7'ED55'8CCDULL;
  word = (word ^ (word >> 33)) * 0xC4CE'B9FE'1A85'EC53ULL;
  return word ^ (word >> 33);
}

}  // namespace

CommitWatch::CommitWatch(Connection& connection) {
  // Only a connection that has read something has the index mapped.
  if (!connection.query("SELECT 1 FROM sqlite_schema LIMIT 1").step()) {
    throw DatabaseFailure(nullptr, SQLITE_EMPTY, "watch commits: the schema is missing");
  }
  sqlite3_file* file = nullptr;
  int code =
      sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
  if (code != SQLITE_OK || file == nullptr || file->pMethods == nullptr || file->pMethods->iVersion < 2) {
    throw DatabaseFailure(connection.handle(), code, "watch commits: the database has no shared WAL index");
  }
  void volatile* region = nullptr;
  code = file->pMethods->xShmMap(file, 0, region_bytes, 0, &region);
  if (code != SQLITE_OK || region == nullptr) {
    throw DatabaseFailure(connection.handle(), code, "watch commits: map the WAL index");
  }
  header_ = static_cast<const std::uint64_t*>(const_cast<void*>(region));
}

std::uint64_t CommitWatch::value() const noexcept {
  // Read while a commit writes it, the value is a mixture; then it is different again a moment later, and one
  // false alarm is all that comes of it.
  std::uint64_t value = 0;
  for (int i = 0; i < header_words; ++i) {
    // atomic_ref wants a non-const object in C++20; nothing is written.
    const std::atomic_ref<std::uint64_t> word(const_cast<std::uint64_t&>(header_[i]));
    value = spread(value ^ word.load(std::memory_order_acquire));
  }
  return value;
}

}  // namespace rucola::storage
