// Folders and folder entries that survive a power loss: creating or renaming a file is durable only once the
// folder that holds its name was synced too.
//
// Threads: any; all functions block on the disk. Errors: storage_full (ENOSPC, EDQUOT), internal.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/error.h"

namespace rucola::storage {

/// Makes `folder` and those above it that are missing, readable by their owner only, and syncs each parent.
Result<void> make_durable_folder(const std::filesystem::path& folder);

/// Syncs a file's content, or the names in a folder.
Result<void> sync_to_disk(const std::filesystem::path& file_or_folder);

/// The error for a failed system call: `doing` and `path` go to the log, `errno_value` decides the kind.
std::unexpected<Error> file_failure(std::string_view doing, const std::filesystem::path& path,
                                    int errno_value);

}  // namespace rucola::storage
