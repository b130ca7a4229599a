// The port for originals: immutable files keyed by their SHA-256. storage/blobs has the adapters.
//
// Threads: any; every function blocks on the disk.
// Durability: when store() returns, the blob survives power loss (write, fsync, rename, fsync the folder).
// Errors: not_found, storage_full, internal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "base/error.h"
#include "base/spool.h"
#include "base/time.h"
#include "base/unique_fd.h"

namespace rucola::catalog {

struct OpenBlob {
  UniqueFd fd;  ///< read-only
  std::int64_t bytes = 0;
};

class BlobStore {
 public:
  BlobStore() = default;
  BlobStore(const BlobStore&) = delete;
  BlobStore& operator=(const BlobStore&) = delete;
  virtual ~BlobStore() = default;

  /// Where uploads are spooled; on the same file system as the blobs.
  [[nodiscard]] virtual std::filesystem::path spool_directory() const = 0;
  /// Takes the file. A blob that is there already is kept, and the new file removed.
  virtual Result<void> store(SpooledFile file) = 0;
  virtual Result<OpenBlob> open(std::string_view sha256) = 0;
  virtual Result<void> remove(std::string_view sha256) = 0;
  /// `stored` is when the blob came: one without a row may belong to an upload that is still under way.
  virtual Result<void> each(const std::function<void(std::string_view sha256, Time stored)>& visit) = 0;
};

}  // namespace rucola::catalog
