// Finished renders on disk: a file each, <folder>/ab/abcd….
//
// Threads: any; find() and keep() block on the disk, so call them from an executor.
// Memory: none of its own; however many find the same long render, it is in memory once as long as any of
// them holds it.
// Start: what the folder holds is counted by a thread in the background; find() works meanwhile. The same one
// removes what has no room any more after resize(), and every few seconds what takes from the reserve.
// Bounds: the files' sizes, rounded up to blocks, stay below the given number (once they are counted). An
// entry of more than an eighth of it is not kept. Of the file system, whoever fills it, `reserve` bytes are
// left free: below that the least recently used renders go, and nothing is kept for which there is no room
// then. Durability: none, on purpose. A file that a power loss damaged is a miss and is removed. What can't
// be written is not kept, and a warning logged. One process a folder: another one's files are found, but not
// counted before the next start.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/error.h"
#include "storage/cache/sized_cache.h"

namespace rucola::storage {

class DiskCache : public SizedCache {
 public:
  /// Leaves so much of the file system free from now on. 0: the cache takes all there is. Thread-safe, and
  /// soon done, as resize().
  virtual void reserve(std::int64_t bytes) = 0;
  /// Somebody was refused a write: frees what the reserve lacks, or, where that is not it (a quota, too many
  /// files), an eighth of what is kept. False where nothing was there to go. Thread-safe; blocks on the disk,
  /// shortly after the start also for the count of what is there, but never for long.
  virtual bool give_way() = 0;
};

/// Makes the folder where it is missing. Errors: storage_full, internal.
Result<std::unique_ptr<DiskCache>> open_disk_cache(const std::filesystem::path& folder, std::int64_t bytes,
                                                   std::int64_t reserve_bytes);

}  // namespace rucola::storage
