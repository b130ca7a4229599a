#include "storage/blobs/blob_locks.h"

#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>

#include "base/unique_fd.h"
#include "storage/durable_folders.h"

namespace rucola::storage {
namespace {

using catalog::BlobRemoval;

class FolderHold final : public catalog::BlobHold {
 public:
  explicit FolderHold(UniqueFd locked) : locked_(std::move(locked)) {}

 private:
  UniqueFd locked_;
};

/// `how` is flock()'s. Nothing where somebody else has the lock, and it is not to be waited for.
Result<std::optional<UniqueFd>> locked(const std::filesystem::path& folder, int how) {
  UniqueFd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return file_failure("open", folder, errno);
  while (::flock(fd.get(), how) != 0) {
    if (errno == EWOULDBLOCK) return std::optional<UniqueFd>();
    if (errno != EINTR) return file_failure("lock", folder, errno);
  }
  return std::optional(std::move(fd));
}

}  // namespace

Result<catalog::HeldBlob> hold_folder(const std::filesystem::path& folder) {
  auto lock = locked(folder, LOCK_SH);
  if (!lock) return std::unexpected(std::move(lock.error()));
  return std::make_unique<FolderHold>(*std::move(*lock));
}

Result<BlobRemoval> unless_wanted(const std::filesystem::path& folder,
                                  const std::function<Result<bool>()>& is_wanted,
                                  const std::function<Result<BlobRemoval>()>& take) {
  const auto lock = locked(folder, LOCK_EX | LOCK_NB);
  if (!lock) return std::unexpected(lock.error());
  if (!*lock) return BlobRemoval{.outcome = BlobRemoval::Outcome::held};
  const auto wanted = is_wanted();
  if (!wanted) return std::unexpected(wanted.error());
  if (*wanted) return BlobRemoval{.outcome = BlobRemoval::Outcome::wanted};
  return take();
}

}  // namespace rucola::storage
