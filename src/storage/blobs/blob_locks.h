// What keeps a blob between its storing and its row from who removes blobs: locks (flock) of two-letter
// folders, shared by who stores and alone by who removes. There is nothing to be left behind, since the
// kernel lets go of a lock when a process ends, however it ends.
//
// Threads and processes: any, of one machine. Errors: as file_failure().
#pragma once

#include <filesystem>
#include <functional>

#include "base/error.h"
#include "catalog/blob_store.h"

namespace rucola::storage {

/// Waits for a removal that is under way. `folder` is there.
Result<catalog::HeldBlob> hold_folder(const std::filesystem::path& folder);

/// `take` takes a blob of that folder away, while nobody can begin to hold it, where it is not wanted.
Result<catalog::BlobRemoval> unless_wanted(const std::filesystem::path& folder,
                                           const std::function<Result<bool>()>& is_wanted,
                                           const std::function<Result<catalog::BlobRemoval>()>& take);

}  // namespace rucola::storage
