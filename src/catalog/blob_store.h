// The port for originals: immutable files keyed by their SHA-256. storage/blobs has the adapters. An adapter
// hands out what it has: a file where there is one on this machine, else a stream.
//
// Threads: any; every function blocks on where the blobs lie. An open blob belongs to one thread at a time.
// Durability: when store() returns, the blob survives power loss (write, fsync, rename, fsync the folder).
// Removal: a blob comes before its row, so that who removes blobs without a row could take one whose row is
// on its way. Therefore store() holds it until the row is committed, and remove() takes none that is held, by
// whatever process. A hold ends with its process, however that ends.
// Errors: not_found, storage_full, internal.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "base/executor.h"
#include "base/spool.h"
#include "base/time.h"
#include "base/unique_fd.h"

namespace rucola::catalog {

/// Read once, from front to back.
class BlobStream {
 public:
  BlobStream() = default;
  BlobStream(const BlobStream&) = delete;
  BlobStream& operator=(const BlobStream&) = delete;
  virtual ~BlobStream() = default;

  /// How many bytes came, to the front of `into`; 0 at the end.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
};

struct OpenBlob {
  std::variant<UniqueFd, std::unique_ptr<BlobStream>> content;  ///< a file is read-only, and at its beginning
  std::int64_t bytes = 0;
};

struct BlobFile {
  UniqueFd fd;  ///< read-only
  std::int64_t bytes = 0;
};

/// As long as it lives, the blob is there.
class BlobHold {
 public:
  BlobHold() = default;
  BlobHold(const BlobHold&) = delete;
  BlobHold& operator=(const BlobHold&) = delete;
  virtual ~BlobHold() = default;
};
using HeldBlob = std::unique_ptr<BlobHold>;

struct BlobRemoval {
  /// `held`: it stays for now, since it, or another blob, is held. `wanted`: it stays.
  enum class Outcome { removed, held, wanted };
  Outcome outcome = Outcome::removed;
  std::int64_t bytes = 0;  ///< that went; 0 also where it was gone already
};

class BlobStore {
 public:
  BlobStore() = default;
  BlobStore(const BlobStore&) = delete;
  BlobStore& operator=(const BlobStore&) = delete;
  virtual ~BlobStore() = default;

  /// Takes the file. A blob that is there already is kept, and the new file removed; unless it is damaged.
  /// Keep the hold until the blob has its row.
  virtual Result<HeldBlob> store(SpooledFile file) = 0;
  virtual Result<OpenBlob> open(std::string_view sha256) = 0;
  /// Where opening it would be fetching it, without that.
  virtual Result<std::int64_t> bytes_of(std::string_view sha256);
  /// For good. `is_wanted` is asked while nobody can begin to hold it: what is not wanted then can't be
  /// before it is stored anew. Doing it again does no harm. Errors: also what `is_wanted` says.
  virtual Result<BlobRemoval> remove(std::string_view sha256,
                                     const std::function<Result<bool>()>& is_wanted) = 0;
  /// The same, but to where its operator still finds it. Errors: not_found where it is gone already.
  virtual Result<BlobRemoval> set_aside(std::string_view sha256,
                                        const std::function<Result<bool>()>& is_wanted) = 0;
  /// `stored` is when the blob came: one without a row may belong to an upload that is still under way.
  virtual Result<void> each(const std::function<void(std::string_view sha256, Time stored)>& visit) = 0;

  /// Does open() wait for nothing but a disk of this machine? Takes a look at it.
  [[nodiscard]] virtual bool is_near(std::string_view /*sha256*/) const { return true; }
  /// Asks who has them, where that is somebody else, whether they can be had. Errors: what stands against it.
  virtual Result<void> reach() { return {}; }
  /// Frees room on this machine's disk; false where there is nothing that can be had again.
  virtual bool give_way() { return false; }
  /// Whoever waits for something from afar is told that it does not come, now and later.
  virtual void let_go() {}
};

/// A blob as a row speaks of it.
struct Original {
  std::string_view sha256;
  std::int64_t bytes = 0;  ///< 0: not known
};

/// Errors: internal also where the original is lost, or has another size than its row says: that is the
/// server's fault, and passes when the file is uploaded once more.
Result<OpenBlob> open_original(BlobStore& blobs, const Original& original);

/// For who needs a descriptor: a stream becomes a file of the spool that has no name any more. Errors: as
/// open_original().
Result<BlobFile> open_as_file(BlobStore& blobs, const Original& original, const Spool& spool);

/// Where the opening of a blob is waited for.
inline BlockingExecutor& executor_of(const BlobStore& blobs, std::string_view sha256, BlockingExecutor& near,
                                     BlockingExecutor& far) {
  return blobs.is_near(sha256) ? near : far;
}

/// How many bytes came, to the front of `into`; 0 at the end.
Result<std::size_t> read_some(const OpenBlob& blob, std::span<char> into);

/// Hands `take` all of it, piece by piece, until `take` fails. Errors: also internal where it has not the
/// bytes that it should have.
Result<void> read_pieces(OpenBlob blob, const std::function<Result<void>(std::string_view)>& take);

}  // namespace rucola::catalog
