#include "render/worker/memory/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/mman.h>
#include <sys/stat.h>

namespace rucola::render::worker {

Result<MappedFile> MappedFile::map(int fd, std::int64_t bytes) {
  struct stat status{};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < bytes) {
    return fail(ErrorCode::internal, "The image could not be processed.",
                "the source is no file of " + std::to_string(bytes) + " bytes");
  }
  if (bytes == 0) return fail(ErrorCode::unprocessable, "The file is empty: it has zero bytes.");
  void* start = ::mmap(nullptr, static_cast<std::size_t>(bytes), PROT_READ, MAP_PRIVATE, fd, 0);
  if (start == MAP_FAILED) {
    return fail(ErrorCode::internal, "The image could not be processed.",
                std::string("mapping the source: ") + std::strerror(errno));
  }
  return MappedFile(start, static_cast<std::size_t>(bytes));
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
  if (start_ != nullptr) ::munmap(start_, size_);
}

}  // namespace rucola::render::worker
