#include "base/spool.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

namespace rucola {
namespace {

std::unexpected<Error> failed(const char* doing) {
  const int error = errno;
  std::string detail = std::string(doing) + ": " + std::strerror(error);
  if (error == ENOSPC || error == EDQUOT) {
    return fail(ErrorCode::storage_full,
                "The server's disk is full; nothing was stored. Try again when its operator has made room.",
                std::move(detail));
  }
  return fail(ErrorCode::internal, "The file could not be stored.", std::move(detail));
}

}  // namespace

SpooledFile::SpooledFile(std::filesystem::path path, std::int64_t bytes, std::string sha1, std::string sha256,
                         UniqueFd locked)
    : path_(std::move(path)),
      bytes_(bytes),
      sha1_(std::move(sha1)),
      sha256_(std::move(sha256)),
      locked_(std::move(locked)) {}

SpooledFile::SpooledFile(SpooledFile&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      bytes_(other.bytes_),
      sha1_(std::move(other.sha1_)),
      sha256_(std::move(other.sha256_)),
      locked_(std::move(other.locked_)) {}

SpooledFile& SpooledFile::operator=(SpooledFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(bytes_, other.bytes_);
  std::swap(sha1_, other.sha1_);
  std::swap(sha256_, other.sha256_);
  std::swap(locked_, other.locked_);
  return *this;
}

SpooledFile::~SpooledFile() {
  if (path_.empty()) return;
  std::error_code ignored;  // what stays is a leftover, once its lock is gone
  std::filesystem::remove(path_, ignored);
}

std::filesystem::path SpooledFile::release_path() {
  return std::exchange(path_, {});
}

SpoolWriter::SpoolWriter(UniqueFd fd, std::filesystem::path path, std::int64_t limit_bytes,
                         std::shared_ptr<DiskRoom> room)
    : room_(std::move(room)), fd_(std::move(fd)), path_(std::move(path)), limit_bytes_(limit_bytes) {}

SpoolWriter::~SpoolWriter() {
  if (fd_) ::unlink(path_.c_str());
}

Result<void> SpoolWriter::write(std::string_view bytes) {
  if (static_cast<std::int64_t>(bytes.size()) > limit_bytes_ - bytes_) {
    return fail(ErrorCode::payload_too_large,
                "The file is too large; at most " + std::to_string(limit_bytes_) + " bytes are taken.");
  }
  sha1_.update(bytes);
  sha256_.update(bytes);
  bytes_ += static_cast<std::int64_t>(bytes.size());
  return with_room(room_.get(), [&]() -> Result<void> {
    while (!bytes.empty()) {  // the second time, what the first one could not write
      const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return failed("write the spool file");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  });
}

Result<SpooledFile> SpoolWriter::finish() {
  // Some file systems say only at the close that there was no room; the file itself stays open for its lock.
  UniqueFd another(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
  if (!another || ::close(another.release()) != 0) return failed("close the spool file");
  return SpooledFile(path_, bytes_, sha1_.finish_hex(), sha256_.finish_hex(), std::move(fd_));
}

Result<Spool> Spool::open(std::filesystem::path folder, std::shared_ptr<DiskRoom> room) {
  const auto make = [&]() -> Result<void> {
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
    return failed("make the spool folder");
  };
  if (auto made = with_room(room.get(), make); !made) return std::unexpected(made.error());
  return Spool(std::move(folder), std::move(room));
}

namespace {

/// Of files that are locked for as long as somebody has them. Those of an earlier version were not.
constexpr std::string_view locked_prefix = "locked-";

using FileClock = std::filesystem::file_time_type::clock;

/// Waits only for somebody who is looking for leftovers. Where the file system has no locks, age has to tell.
void lock(const UniqueFd& file) {
  while (::flock(file.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
}

/// Where it may not be written, as on a file system that is read-only, the lock is had all the same (but over
/// NFS, which wants to write for it).
UniqueFd open_to_lock(const std::filesystem::path& path) {
  constexpr int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  UniqueFd file(::open(path.c_str(), O_RDWR | flags));
  if (!file && (errno == EROFS || errno == EACCES)) file = UniqueFd(::open(path.c_str(), O_RDONLY | flags));
  return file;
}

/// With the lock, where there is one, so that it can be removed before its owner goes on.
struct Leftover {
  UniqueFd locked;
};

std::optional<Leftover> as_leftover(const std::filesystem::path& path) {
  std::error_code gone;  // its owner was quicker
  const auto age = FileClock::now() - std::filesystem::last_write_time(path, gone);
  if (gone) return std::nullopt;
  Leftover leftover{open_to_lock(path)};
  const bool is_free = leftover.locked && ::flock(leftover.locked.get(), LOCK_EX | LOCK_NB) == 0;
  if (leftover.locked && !is_free && errno == EWOULDBLOCK) return std::nullopt;
  struct stat status{};
  const bool is_empty =
      leftover.locked && ::fstat(leftover.locked.get(), &status) == 0 && status.st_size == 0;
  // Between its making and its lock.
  if (is_empty && age < std::chrono::minutes{1}) return std::nullopt;
  const bool tells = is_free && path.filename().string().starts_with(locked_prefix);
  return tells || age > std::chrono::days{1} ? std::optional(std::move(leftover)) : std::nullopt;
}

Result<void> each_leftover(const std::filesystem::path& folder,
                           const std::function<void(const std::filesystem::path&)>& visit) {
  namespace fs = std::filesystem;
  std::error_code unreadable;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, unreadable)) {
    std::error_code gone;
    if (entry.symlink_status(gone).type() != fs::file_type::regular) continue;
    if (const auto leftover = as_leftover(entry.path())) visit(entry.path());
  }
  if (!unreadable || unreadable == std::errc::no_such_file_or_directory) return {};
  return fail(ErrorCode::internal, "The spool can't be read.", folder.string() + ": " + unreadable.message());
}

}  // namespace

Result<SpoolWriter> Spool::new_file(std::int64_t limit_bytes) const {
  return with_room(room_.get(), [&]() -> Result<SpoolWriter> {
    std::filesystem::path path = folder_ / (std::string(locked_prefix) + random_token(24));
    UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!fd) return failed("open the spool file");
    lock(fd);
    return SpoolWriter(std::move(fd), std::move(path), limit_bytes, room_);
  });
}

Result<std::vector<std::filesystem::path>> Spool::leftovers() const {
  std::vector<std::filesystem::path> found;
  auto visited = each_leftover(folder_, [&](const std::filesystem::path& path) { found.push_back(path); });
  if (!visited) return std::unexpected(visited.error());
  return found;
}

Result<std::size_t> Spool::remove_leftovers() const {
  std::size_t removed = 0;
  auto visited = each_leftover(folder_, [&](const std::filesystem::path& path) {
    if (::unlink(path.c_str()) == 0) {
      ++removed;
    } else if (errno != ENOENT) {
      log::warning("spool_leftover_stays", {{"file", path.string()}, {"error", std::strerror(errno)}});
    }
  });
  if (!visited) return std::unexpected(visited.error());
  if (removed > 0) log::info("spool_leftovers_removed", {{"files", removed}});
  return removed;
}

}  // namespace rucola
