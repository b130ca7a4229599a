// Finished renders on disk: a file each, <folder>/ab/abcd….
//
// Threads: any; find() and keep() block on the disk, so call them from an executor.
// Start: what the folder holds is counted by a thread in the background; find() works meanwhile. The same one
// removes what has no room any more after resize().
// Bounds: the files' sizes, rounded up to blocks, stay below the given number (once they are counted). An
// entry of more than an eighth of it is not kept. Durability: none, on purpose. A file that a power loss
// damaged is a miss and is removed. On a full disk nothing is kept, and a warning logged. One process a
// folder: another one's files are found, but not counted before the next start.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/error.h"
#include "storage/cache/sized_cache.h"

namespace rucola::storage {

/// Makes the folder where it is missing. Errors: storage_full, internal.
Result<std::unique_ptr<SizedCache>> open_disk_cache(const std::filesystem::path& folder, std::int64_t bytes);

}  // namespace rucola::storage
