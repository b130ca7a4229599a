// Originals as files: <data>/blobs/ab/abcdef…, named by their SHA-256. Spooled files are renamed to there, so
// they lie on the same file system.
//
// What is set aside goes to <data>/removed/blobs/abcdef….
//
// A hold is a lock of the folder ab/ (blob_locks.h).
//
// Threads: any; every function blocks on the disk. Several processes may use one folder.
// Durability: store() syncs the file, renames it, then syncs the folder that got the name (and the one above,
// where the two-letter folder is new): without the last step one acknowledged file was lost in the power-cut
// test.
#pragma once

#include <filesystem>
#include <memory>

#include "base/disk_room.h"
#include "base/error.h"
#include "catalog/blob_store.h"

namespace rucola::storage {

/// Makes the folder where it is missing. `room` may be null. Errors: storage_full, internal.
Result<std::unique_ptr<catalog::BlobStore>> open_file_blob_store(const std::filesystem::path& data_directory,
                                                                 std::shared_ptr<DiskRoom> room = {});

/// For who only looks at what is there: makes nothing. Where there is no folder, there are no blobs.
std::unique_ptr<catalog::BlobStore> examine_file_blob_store(const std::filesystem::path& data_directory);

}  // namespace rucola::storage
