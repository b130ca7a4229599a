#include "base/bytes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rucola {
namespace {

constexpr int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

std::unexpected<Error> refuse(std::string why) {
  return fail(ErrorCode::internal, "The image could not be processed.", std::move(why));
}

std::unexpected<Error> failed(const char* what) {
  return refuse(std::string(what) + ": " + std::strerror(errno));
}

/// Short where the file is.
std::string read_whole(int file, std::int64_t offset, std::size_t size) {
  std::string bytes;
  // GCC 12 says the capacity instead of the size that was asked for, which for short texts is more.
  bytes.resize_and_overwrite(size, [&](char* to, std::size_t /*capacity*/) {
    std::size_t done = 0;
    while (done < size) {
      const ssize_t got = ::pread(file, to + done, size - done, offset + static_cast<off_t>(done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  });
  return bytes;
}

Result<UniqueFd> new_file() {
  UniqueFd file(::memfd_create("rucola-bytes", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) return failed("memfd_create");
  return file;
}

/// Whoever takes over a process that reads it must not change what the others see.
Result<void> seal(const UniqueFd& file) {
  if (::fcntl(file.get(), F_ADD_SEALS, all_seals) != 0) return failed("F_ADD_SEALS");
  return {};
}

}  // namespace

Bytes::Bytes(Bytes&& other) noexcept
    : heap_(std::move(other.heap_)),
      mapped_(std::exchange(other.mapped_, nullptr)),
      mapped_bytes_(std::exchange(other.mapped_bytes_, 0)),
      file_(std::move(other.file_)) {}

Bytes& Bytes::operator=(Bytes&& other) noexcept {
  Bytes taken(std::move(other));
  std::swap(heap_, taken.heap_);
  std::swap(mapped_, taken.mapped_);
  std::swap(mapped_bytes_, taken.mapped_bytes_);
  std::swap(file_, taken.file_);
  return *this;
}

Bytes::~Bytes() {
  if (mapped_ != nullptr) ::munmap(const_cast<char*>(mapped_), mapped_bytes_);
}

/// Nothing where there is no room for it; the file stays the caller's then.
std::optional<Bytes> Bytes::mapping(UniqueFd& file, std::int64_t bytes) {
  const auto size = static_cast<std::size_t>(bytes);
  const void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (mapped == MAP_FAILED) return std::nullopt;
  Bytes result;
  result.mapped_ = static_cast<const char*>(mapped);
  result.mapped_bytes_ = size;
  result.file_ = std::move(file);
  return result;
}

Result<Bytes> Bytes::of_sealed_file(UniqueFd file, std::int64_t bytes) {
  const int seals = ::fcntl(file.get(), F_GET_SEALS);
  if (seals < 0 || (seals & all_seals) != all_seals) return refuse("it is not sealed");
  struct stat status{};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return refuse("it is no file");
  if (status.st_size != bytes) return refuse("it has another size");
  if (bytes >= mapped_from) {
    if (auto mapped = mapping(file, bytes)) return *std::move(mapped);
  }
  std::string copy = read_whole(file.get(), 0, static_cast<std::size_t>(bytes));
  if (copy.size() != static_cast<std::size_t>(bytes)) return refuse("it can't be read");
  return Bytes(std::move(copy));
}

Bytes Bytes::read_from(int file, std::int64_t offset, std::int64_t bytes) {
  if (bytes >= mapped_from) {
    if (auto mapped = copied(file, offset, bytes)) return *std::move(mapped);
  }
  return {read_whole(file, offset, static_cast<std::size_t>(std::max<std::int64_t>(bytes, 0)))};
}

/// Inside the kernel, into a file of its own. Nothing where it can't be, or not all is there.
std::optional<Bytes> Bytes::copied(int file, std::int64_t offset, std::int64_t bytes) {
  auto copy = new_file();
  if (!copy) return std::nullopt;
  off_t from = offset;
  const off_t end = offset + bytes;
  while (from < end) {
    const ssize_t sent = ::sendfile(copy->get(), file, &from, static_cast<std::size_t>(end - from));
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return std::nullopt;
  }
  if (!seal(*copy)) return std::nullopt;
  return mapping(*copy, bytes);
}

Result<UniqueFd> Bytes::sealed_file() const {
  if (file_) {
    UniqueFd own(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
    if (!own) return failed("F_DUPFD_CLOEXEC");
    return own;
  }
  auto file = new_file();
  if (!file) return file;
  std::string_view rest = view();
  while (!rest.empty()) {
    const ssize_t written = ::write(file->get(), rest.data(), rest.size());
    if (written < 0 && errno != EINTR) return failed("write to a memfd");
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (auto sealed = seal(*file); !sealed) return std::unexpected(sealed.error());
  return file;
}

}  // namespace rucola
