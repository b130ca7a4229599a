#include "storage/blobs/file_blob_store.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hashing.h"
#include "storage/blobs/blob_locks.h"
#include "storage/blobs/blob_names.h"
#include "storage/durable_folders.h"

namespace rucola::storage {
namespace {

namespace fs = std::filesystem;
using catalog::BlobRemoval;

constexpr std::size_t compared_bytes = std::size_t{256} << 10;

Time modified(const struct stat& status) {
  const auto since_epoch =
      std::chrono::seconds{status.st_mtim.tv_sec} + std::chrono::nanoseconds{status.st_mtim.tv_nsec};
  return Time{std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch)};
}

class FileBlobStore final : public catalog::BlobStore {
 public:
  FileBlobStore(fs::path data_directory, std::shared_ptr<DiskRoom> room)
      : data_(std::move(data_directory)), room_(std::move(room)) {}

  Result<catalog::HeldBlob> store(SpooledFile file) override;
  Result<catalog::OpenBlob> open(std::string_view sha256) override;
  Result<BlobRemoval> remove(std::string_view sha256,
                             const std::function<Result<bool>()>& is_wanted) override;
  Result<BlobRemoval> set_aside(std::string_view sha256,
                                const std::function<Result<bool>()>& is_wanted) override;
  Result<void> each(const std::function<void(std::string_view sha256, Time stored)>& visit) override;

 private:
  [[nodiscard]] Result<void> put(SpooledFile& file, const fs::path& path) const;
  [[nodiscard]] fs::path path_of(std::string_view sha256) const { return data_ / blob_path(sha256); }

  const fs::path data_;
  const std::shared_ptr<DiskRoom> room_;
};

/// The next bytes, fewer only at the end; none where they can't be read.
std::string_view next_piece(const UniqueFd& fd, std::string& buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t got = ::read(fd.get(), buffer.data() + filled, buffer.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {};
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return {buffer.data(), filled};
}

/// Of two files of `bytes` bytes each.
bool have_one_content(const fs::path& one, const fs::path& other, std::int64_t bytes) {
  const UniqueFd first(::open(one.c_str(), O_RDONLY | O_CLOEXEC));
  const UniqueFd second(::open(other.c_str(), O_RDONLY | O_CLOEXEC));
  if (!first || !second) return false;
  std::string first_buffer(compared_bytes, '\0');
  std::string second_buffer(compared_bytes, '\0');
  while (bytes > 0) {
    const std::string_view piece = next_piece(first, first_buffer);
    if (piece.empty() || piece != next_piece(second, second_buffer)) return false;
    bytes -= static_cast<std::int64_t>(piece.size());
  }
  return true;
}

/// Marks an existing blob as just stored, so that nobody who clears away old blobs without a row takes it
/// before the new row is there. False where it has to be stored anew: it is missing, or damaged, which its
/// size need not tell.
bool renew(const fs::path& path, const SpooledFile& file) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && status.st_size == file.bytes() &&
         have_one_content(path, file.path(), file.bytes()) &&
         ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0;
}

Result<catalog::HeldBlob> FileBlobStore::store(SpooledFile file) {
  if (!is_blob_key(file.sha256())) {
    return fail(ErrorCode::internal, "The file could not be stored.",
                "not a SHA-256: \"" + file.sha256() + "\"");
  }
  const fs::path path = path_of(file.sha256());
  const auto make_folder = [&] { return make_durable_folder(path.parent_path()); };
  if (auto made = with_room(room_.get(), make_folder); !made) return std::unexpected(made.error());
  // Before it is looked whether the blob is there.
  auto hold = hold_folder(path.parent_path());
  if (!hold) return hold;
  if (auto done = put(file, path); !done) return std::unexpected(std::move(done.error()));
  return hold;
}

Result<void> FileBlobStore::put(SpooledFile& file, const fs::path& path) const {
  if (!renew(path, file)) {
    if (auto synced = sync_to_disk(file.path()); !synced) {
      // Never tried again: after a sync that failed, what was not written is forgotten, and the next one says
      // all is well. What is made room for is the next upload.
      if (synced.error().code == ErrorCode::storage_full && room_) room_->make();
      return synced;
    }
    const auto rename = [&]() -> Result<void> {
      if (std::rename(file.path().c_str(), path.c_str()) == 0) return {};
      return file_failure("rename into", path, errno);
    };
    if (auto renamed = with_room(room_.get(), rename); !renamed) return renamed;
    file.release_path();
  }
  // For an existing blob too: whoever renamed it may not have come this far yet.
  return sync_to_disk(path.parent_path());
}

Result<catalog::OpenBlob> FileBlobStore::open(std::string_view sha256) {
  if (!is_blob_key(sha256)) return no_such_blob(sha256);
  const fs::path path = path_of(sha256);
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return no_such_blob(sha256);
  if (!fd) return file_failure("open", path, errno);
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return file_failure("look at", path, errno);
  return catalog::OpenBlob{.content = std::move(fd), .bytes = status.st_size};
}

Result<BlobRemoval> FileBlobStore::remove(std::string_view sha256,
                                          const std::function<Result<bool>()>& is_wanted) {
  if (!is_blob_key(sha256)) return no_such_blob(sha256);
  const fs::path path = path_of(sha256);
  std::error_code unknown;
  if (!fs::exists(path.parent_path(), unknown) && !unknown) return BlobRemoval{};
  return unless_wanted(path.parent_path(), is_wanted, [&path]() -> Result<BlobRemoval> {
    struct stat status{};
    const bool is_there = ::stat(path.c_str(), &status) == 0;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return file_failure("remove", path, errno);
    // Also where it is gone already: who removed it may not have come this far.
    if (auto synced = sync_to_disk(path.parent_path()); !synced) return std::unexpected(synced.error());
    return BlobRemoval{.bytes = is_there ? status.st_size : 0};
  });
}

Result<BlobRemoval> FileBlobStore::set_aside(std::string_view sha256,
                                             const std::function<Result<bool>()>& is_wanted) {
  if (!is_blob_key(sha256)) return no_such_blob(sha256);
  const fs::path path = path_of(sha256);
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 && errno == ENOENT) return no_such_blob(sha256);
  const fs::path aside = data_ / removed_blobs_folder;
  if (auto made = make_durable_folder(aside); !made) return std::unexpected(made.error());
  return unless_wanted(path.parent_path(), is_wanted, [&]() -> Result<BlobRemoval> {
    if (std::rename(path.c_str(), (aside / sha256).c_str()) == 0) return BlobRemoval{.bytes = status.st_size};
    if (errno == ENOENT) return no_such_blob(sha256);
    return file_failure("set aside", path, errno);
  });
}

Result<void> FileBlobStore::each(const std::function<void(std::string_view sha256, Time stored)>& visit) {
  std::error_code failed;
  for (const fs::directory_entry& folder : fs::directory_iterator(data_ / blobs_folder, failed)) {
    std::error_code unknown;
    if (!folder.is_directory(unknown)) continue;
    std::error_code unlisted;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder.path(), unlisted)) {
      const std::string name = entry.path().filename().string();
      struct stat status{};
      if (!is_blob_key(name) || ::stat(entry.path().c_str(), &status) != 0) continue;
      visit(name, modified(status));
    }
    if (unlisted) return file_failure("list", folder.path(), unlisted.value());
  }
  if (failed && failed != std::errc::no_such_file_or_directory)
    return file_failure("list", data_ / blobs_folder, failed.value());
  return {};
}

}  // namespace

Result<std::unique_ptr<catalog::BlobStore>> open_file_blob_store(const fs::path& data_directory,
                                                                 std::shared_ptr<DiskRoom> room) {
  if (auto made = make_durable_folder(data_directory / blobs_folder); !made)
    return std::unexpected(made.error());
  return std::make_unique<FileBlobStore>(data_directory, std::move(room));
}

std::unique_ptr<catalog::BlobStore> examine_file_blob_store(const fs::path& data_directory) {
  return std::make_unique<FileBlobStore>(data_directory, nullptr);
}

}  // namespace rucola::storage
