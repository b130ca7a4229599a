#include "base/spool.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

SpooledFile::SpooledFile(std::filesystem::path path, std::int64_t bytes, std::string sha1, std::string sha256)
    : path_(std::move(path)), bytes_(bytes), sha1_(std::move(sha1)), sha256_(std::move(sha256)) {}

SpooledFile::SpooledFile(SpooledFile&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      bytes_(other.bytes_),
      sha1_(std::move(other.sha1_)),
      sha256_(std::move(other.sha256_)) {}

SpooledFile& SpooledFile::operator=(SpooledFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(bytes_, other.bytes_);
  std::swap(sha1_, other.sha1_);
  std::swap(sha256_, other.sha256_);
  return *this;
}

SpooledFile::~SpooledFile() {
  if (path_.empty()) return;
  std::error_code ignored;  // a leftover in the spool is what `rucola doctor` removes
  std::filesystem::remove(path_, ignored);
}

std::filesystem::path SpooledFile::release_path() {
  return std::exchange(path_, {});
}

SpoolWriter::SpoolWriter(UniqueFd fd, std::filesystem::path path, std::int64_t limit_bytes)
    : fd_(std::move(fd)), path_(std::move(path)), limit_bytes_(limit_bytes) {}

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
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("write the spool file");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<SpooledFile> SpoolWriter::finish() {
  SpooledFile file(path_, bytes_, sha1_.finish_hex(), sha256_.finish_hex());
  if (::close(fd_.release()) != 0) return failed("close the spool file");
  return file;
}

Result<Spool> Spool::open(std::filesystem::path folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed("make the spool folder");
  Spool spool(std::move(folder));
  const auto old = spool.leftovers(std::chrono::days{1});
  if (!old) return std::unexpected(old.error());
  std::error_code ignored;  // `rucola doctor` sees it as well, and says why
  for (const std::filesystem::path& file : *old)
    std::filesystem::remove(file, ignored);
  return spool;
}

Result<SpoolWriter> Spool::new_file(std::int64_t limit_bytes) const {
  std::filesystem::path path = folder_ / random_token(24);
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return failed("open the spool file");
  return SpoolWriter(std::move(fd), std::move(path), limit_bytes);
}

Result<std::vector<std::filesystem::path>> Spool::leftovers(std::chrono::seconds age) const {
  namespace fs = std::filesystem;
  const auto oldest = fs::file_time_type::clock::now() - age;
  std::vector<fs::path> found;
  std::error_code unreadable;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, unreadable)) {
    std::error_code gone;  // its owner was quicker
    if (entry.symlink_status(gone).type() != fs::file_type::regular) continue;
    if (const auto written = entry.last_write_time(gone); !gone && written < oldest)
      found.push_back(entry.path());
  }
  if (unreadable)
    return fail(ErrorCode::internal, "The spool can't be read.",
                folder_.string() + ": " + unreadable.message());
  return found;
}

}  // namespace rucola
