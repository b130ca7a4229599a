// A source file in memory, read-only, for as long as the object lives. Blobs never change, so the mapping
// can't shrink under a decoder's hands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace rucola::render::worker {

class MappedFile {
 public:
  /// Errors: unprocessable (empty), internal.
  static Result<MappedFile> map(int fd, std::int64_t bytes);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  [[nodiscard]] std::string_view bytes() const { return {static_cast<const char*>(start_), size_}; }

 private:
  MappedFile(void* start, std::size_t size) : start_(start), size_(size) {}

  void* start_;
  std::size_t size_;
};

}  // namespace rucola::render::worker
