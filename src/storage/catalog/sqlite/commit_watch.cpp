#include "storage/catalog/sqlite/commit_watch.h"

#include <array>
#include <atomic>
#include <cstring>

#include "storage/catalog/sqlite/database_failure.h"

namespace rucola::storage {
namespace {

constexpr int region_bytes = 32'768;  // the size of each mapped piece of the WAL index, fixed by the format
constexpr int header_words = 48 / 8;
// Of the header, as 64-bit words: the last valid frame is the first half of one, the salts are all of
// another.
constexpr int frames_word = 2;
constexpr int salts_word = 4;

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

namespace {

std::uint64_t word_at(const std::uint64_t* words, int index) {
  // atomic_ref wants a non-const object in C++20; nothing is written.
  return std::atomic_ref<std::uint64_t>(const_cast<std::uint64_t&>(words[index]))
      .load(std::memory_order_acquire);
}

}  // namespace

std::optional<LogPosition> CommitWatch::position() const noexcept {
  constexpr int attempts = 4;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    std::array<std::uint64_t, header_words> first{};
    bool is_whole = true;
    for (int i = 0; i < header_words; ++i)
      first.at(i) = word_at(header_, i);
    // The second copy is written before the first: where both are the same, nobody was writing.
    for (int i = 0; i < header_words; ++i)
      is_whole = is_whole && first.at(i) == word_at(header_, header_words + i);
    if (!is_whole) continue;
    std::uint32_t frames = 0;
    std::memcpy(&frames, &first.at(frames_word), sizeof frames);
    return LogPosition{.salts = first.at(salts_word), .frames = frames};
  }
  return std::nullopt;
}

std::uint64_t CommitWatch::value() const noexcept {
  // Read while a commit writes it, the value is a mixture; then it is different again a moment later, and one
  // false alarm is all that comes of it.
  std::uint64_t value = 0;
  for (int i = 0; i < header_words; ++i)
    value = spread(value ^ word_at(header_, i));
  return value;
}

}  // namespace rucola::storage
