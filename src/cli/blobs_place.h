// Where the blobs of a data folder are. Files of the folder itself, unless its first server was told to have
// them in a bucket: that is noted in the folder, so that every command finds them, and a server that was told
// something else does not begin with an empty place.
//
// Threads: one, which blocks on the disk, and on the network where a place is new. Errors: conflict and
// bad_request in words for whoever starts the program; what the stores say.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "storage/s3/settings.h"

namespace rucola::cli {

/// The configured settings with the folder's place; its `url` is empty where they are files. Errors: conflict
/// where another one is configured than noted.
Result<storage::S3Settings> place_of_blobs(const std::filesystem::path& directory,
                                           const storage::S3Settings& configured = {});

bool is_place_noted(const std::filesystem::path& directory);

/// Errors: conflict where the folder, in which that place is not noted yet, has blobs that somebody is to
/// bring there first.
Result<void> has_no_blobs_of_its_own(const std::filesystem::path& directory,
                                     const storage::S3Settings& settings);

/// Before the first blob comes. Durable when it returns.
Result<void> note_place_of_blobs(const std::filesystem::path& directory, const storage::S3Settings& settings);

}  // namespace rucola::cli
