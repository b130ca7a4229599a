// Originals as objects of a bucket: <prefix>blobs/ab/abcdef…, named by their SHA-256. What is set aside goes
// to <prefix>removed/blobs/….
//
// What is read is copied to this machine first, its SHA-256 compared; the copies stay as long as there is
// room for them (local_copies.h). What is stored becomes a copy, too. However many want the same blob at a
// time, it is fetched once.
//
// Holds are locks of files (blob_locks.h): the processes that use one bucket and prefix are those of one
// machine.
//
// Threads: any; all but is_near() block on the network, open() on the disk alone where there is a copy.
// Durability: the server's, once it has acknowledged the object.
#pragma once

#include <filesystem>
#include <memory>

#include "base/error.h"
#include "base/spool.h"
#include "catalog/blob_store.h"
#include "storage/blobs/local_copies.h"
#include "storage/s3/settings.h"

namespace rucola::storage {

/// Asks nobody yet. `locks` is a folder, made where it is missing; fetched blobs come by the spool, which
/// lies on the file system of the copies. Errors: bad_request, internal.
Result<std::unique_ptr<catalog::BlobStore>> open_s3_blob_store(const S3Settings& settings,
                                                               std::filesystem::path locks, Spool spool,
                                                               std::unique_ptr<LocalCopies> copies);

}  // namespace rucola::storage
