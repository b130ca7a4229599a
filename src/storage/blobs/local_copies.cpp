#include "storage/blobs/local_copies.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hashing.h"
#include "base/log.h"
#include "storage/durable_folders.h"

namespace rucola::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t largest_part = 2;
constexpr std::int64_t way_part = 8;
constexpr std::size_t piece_bytes = std::size_t{256} << 10;

struct Found {
  fs::file_time_type used;
  DiskIndex::Key key{};
  std::int64_t bytes = 0;
};

std::vector<Found> all_in(const fs::path& folder) {
  std::vector<Found> all;
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(folder, failed), end; entry != end; entry.increment(failed)) {
    std::error_code gone;
    const auto key = DiskIndex::parse_key(entry->path().filename().string());
    if (!key || !entry->is_regular_file(gone)) continue;
    const fs::file_time_type used = entry->last_write_time(gone);
    const auto bytes = static_cast<std::int64_t>(entry->file_size(gone));
    if (!gone) all.push_back({.used = used, .key = *key, .bytes = bytes});
  }
  return all;
}

/// Read without moving on in it.
bool has_digest(const UniqueFd& fd, std::string_view sha256) {
  Digest digest(Digest::Algorithm::sha256);
  std::string piece(piece_bytes, '\0');
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(fd.get(), piece.data(), piece.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) return digest.finish_hex() == sha256;
    digest.update({piece.data(), static_cast<std::size_t>(got)});
    at += got;
  }
}

}  // namespace

LocalCopies::LocalCopies(fs::path folder, std::int64_t bytes) : folder_(std::move(folder)), bytes_(bytes) {
  count();
}

void LocalCopies::count() {
  std::vector<Found> all = all_in(folder_);
  std::ranges::sort(all, {}, &Found::used);
  const Lock lock(mutex_);
  for (const Found& found : all) {
    index_.add(found.key, found.bytes);
    unverified_.insert(found.key);
  }
  shrink(bytes_);
}

fs::path LocalCopies::path_of(std::string_view sha256) const {
  return folder_ / sha256.substr(0, 2) / sha256;
}

bool LocalCopies::has(std::string_view sha256) const {
  const auto key = DiskIndex::parse_key(sha256);
  if (!key) return false;
  std::optional<std::int64_t> bytes;
  {
    const Lock lock(mutex_);
    bytes = index_.bytes_of(*key);
  }
  struct stat status{};
  return bytes && ::lstat(path_of(sha256).c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         status.st_size == *bytes;
}

std::optional<LocalCopies::Known> LocalCopies::use(const DiskIndex::Key& key) {
  const Lock lock(mutex_);
  if (!index_.touch(key)) return std::nullopt;
  return Known{.bytes = *index_.bytes_of(key), .is_verified = !unverified_.contains(key)};
}

std::optional<catalog::OpenBlob> LocalCopies::find(std::string_view sha256) {
  const auto key = DiskIndex::parse_key(sha256);
  const auto known = key ? use(*key) : std::nullopt;
  if (!known) return std::nullopt;
  UniqueFd fd(::open(path_of(sha256).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status{};
  const bool is_right = fd && ::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode) &&
                        status.st_size == known->bytes && (known->is_verified || has_digest(fd, sha256));
  if (!is_right) {
    forget(sha256);
    return std::nullopt;
  }
  if (!known->is_verified) {
    const Lock lock(mutex_);
    unverified_.erase(*key);
  }
  ::futimens(fd.get(), nullptr);  // by which the next start knows when it was used
  return catalog::OpenBlob{.content = std::move(fd), .bytes = status.st_size};
}

Result<catalog::OpenBlob> LocalCopies::keep(SpooledFile file) {
  UniqueFd fd(::open(file.path().c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return file_failure("open", file.path(), errno);
  catalog::OpenBlob blob{.content = std::move(fd), .bytes = file.bytes()};
  const auto key = DiskIndex::parse_key(file.sha256());
  if (!key || bytes_ == 0 || file.bytes() > bytes_ / largest_part) return blob;
  const fs::path path = path_of(file.sha256());
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  if (std::rename(file.path().c_str(), path.c_str()) != 0) {
    log::warning("copy_not_kept", {{"file", path.string()}, {"why", std::generic_category().message(errno)}});
    return blob;
  }
  file.release_path();
  const Lock lock(mutex_);
  index_.add(*key, blob.bytes);
  unverified_.erase(*key);
  shrink(bytes_);
  return blob;
}

void LocalCopies::forget(std::string_view sha256) {
  const auto key = DiskIndex::parse_key(sha256);
  if (!key) return;
  const Lock lock(mutex_);
  index_.remove(*key);
  unverified_.erase(*key);
  std::error_code ignored;
  fs::remove_all(path_of(sha256), ignored);  // whatever somebody has put in its place
}

bool LocalCopies::give_way() {
  const Lock lock(mutex_);
  const std::int64_t before = index_.bytes();
  shrink(before - std::max<std::int64_t>(before / way_part, 1));
  return index_.bytes() < before;
}

/// Who reads one of them goes on.
void LocalCopies::shrink(std::int64_t bytes) {
  while (index_.bytes() > bytes) {
    const auto coldest = index_.coldest();
    if (!coldest) return;
    ::unlink(path_of(DiskIndex::format_key(*coldest)).c_str());
    index_.remove(*coldest);
    unverified_.erase(*coldest);
  }
}

}  // namespace rucola::storage
