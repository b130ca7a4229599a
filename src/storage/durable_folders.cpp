#include "storage/durable_folders.h"

#include <cerrno>
#include <cstring>
#include <ranges>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace rucola::storage {
namespace {

constexpr mode_t owner_only = 0700;

std::filesystem::path parent_of(const std::filesystem::path& path) {
  const std::filesystem::path parent = path.parent_path();
  return parent.empty() ? "." : parent;
}

}  // namespace

std::unexpected<Error> file_failure(std::string_view doing, const std::filesystem::path& path,
                                    int errno_value) {
  std::string detail = std::string(doing) + " " + path.string() + ": " + std::strerror(errno_value);
  if (errno_value == ENOSPC || errno_value == EDQUOT) {
    return fail(ErrorCode::storage_full,
                "The server's disk is full; nothing was stored. Try again when its operator has made room.",
                std::move(detail));
  }
  return fail(ErrorCode::internal, "The server could not read or write its files; its log says why.",
              std::move(detail));
}

Result<void> sync_to_disk(const std::filesystem::path& file_or_folder) {
  const UniqueFd fd(::open(file_or_folder.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return file_failure("open for syncing", file_or_folder, errno);
  if (::fsync(fd.get()) != 0) return file_failure("sync", file_or_folder, errno);
  return {};
}

Result<void> make_durable_folder(const std::filesystem::path& folder) {
  std::filesystem::path path = folder.lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // "data/" is "data"

  std::vector<std::filesystem::path> missing;
  for (struct stat status{}; !path.empty() && ::stat(path.c_str(), &status) != 0; path = path.parent_path()) {
    if (errno != ENOENT) return file_failure("look at the folder", path, errno);
    missing.push_back(path);
  }
  for (const std::filesystem::path& next : std::views::reverse(missing)) {
    // Another process that starts at the same time may have made it meanwhile.
    if (::mkdir(next.c_str(), owner_only) != 0 && errno != EEXIST) {
      return file_failure("make the folder", next, errno);
    }
    if (auto synced = sync_to_disk(parent_of(next)); !synced) return synced;
  }
  return {};
}

}  // namespace rucola::storage
