// Copies of blobs that lie elsewhere, as files of this machine: <folder>/ab/abcdef…. The least recently used
// go first; what is larger than half of the room is not kept.
//
// Whoever brings a copy has verified it. What an earlier process left is compared with its SHA-256 when it is
// used for the first time, since a power loss or a disk may have changed it; later its length is. One that is
// not right is forgotten. Losing any of them, or all, loses nothing.
//
// Threads: any; all block on the disk, has() for a look only. Start: counts what there is, before it returns.
// Memory: about 90 bytes a copy. One process a folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>

#include "base/error.h"
#include "base/mutex.h"
#include "base/spool.h"
#include "catalog/blob_store.h"
#include "storage/cache/disk_index.h"

namespace rucola::storage {

class LocalCopies {
 public:
  /// Keeps none.
  LocalCopies() = default;
  /// The folder is made with the first copy. What has no room any more is removed.
  LocalCopies(std::filesystem::path folder, std::int64_t bytes);
  LocalCopies(const LocalCopies&) = delete;
  LocalCopies& operator=(const LocalCopies&) = delete;
  ~LocalCopies() = default;

  /// Is there a file of its length?
  [[nodiscard]] bool has(std::string_view sha256) const;
  std::optional<catalog::OpenBlob> find(std::string_view sha256);
  /// The file, open; kept where there is room for it. Errors: internal where it can't be opened.
  Result<catalog::OpenBlob> keep(SpooledFile file);
  void forget(std::string_view sha256);
  /// Removes an eighth of them; false where there is none.
  bool give_way();

 private:
  struct Known {
    std::int64_t bytes;
    bool is_verified;
  };

  [[nodiscard]] std::filesystem::path path_of(std::string_view sha256) const;
  void count();
  std::optional<Known> use(const DiskIndex::Key& key);
  void shrink(std::int64_t bytes) REQUIRES(mutex_);

  const std::filesystem::path folder_;
  const std::int64_t bytes_ = 0;
  mutable Mutex mutex_;
  DiskIndex index_ GUARDED_BY(mutex_);
  std::set<DiskIndex::Key> unverified_ GUARDED_BY(mutex_);  // of those in the index
};

}  // namespace rucola::storage
