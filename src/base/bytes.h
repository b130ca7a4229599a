// Bytes that don't change any more: short ones in the heap, long ones in a sealed file in memory (memfd) that
// is mapped, so that they pass from process to process by descriptor, and from cache to cache, without a
// copy.
//
// Threads: immutable once made; any thread may read. Ownership: the object owns the mapping and the
// descriptor. Bounds: a mapping and a descriptor each, only for what is at least `mapped_from`. Where there
// is none left, long ones are copied into the heap, too. Errors: internal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/unique_fd.h"

namespace rucola {

class Bytes {
 public:
  /// Up to 256 KiB a copy costs no more than a mapping, at 1 MiB a third more, at 32 MiB five times as much,
  /// and a socket takes what is in a file without another one; from here on it is worth a descriptor.
  static constexpr std::int64_t mapped_from = std::int64_t{512} << 10;

  Bytes() = default;
  Bytes(std::string bytes) : heap_(std::move(bytes)) {}  // NOLINT(google-explicit-constructor)
  Bytes(Bytes&& other) noexcept;
  Bytes& operator=(Bytes&& other) noexcept;
  ~Bytes();

  /// Of a file that somebody else made, perhaps an enemy: it has to be a memfd of exactly that size, sealed
  /// against whatever could change it while it is read.
  static Result<Bytes> of_sealed_file(UniqueFd file, std::int64_t bytes);
  /// What can be read of `file` from `offset` on: less than `bytes` where it ends, or can't be read. Blocks.
  static Bytes read_from(int file, std::int64_t offset, std::int64_t bytes);

  [[nodiscard]] std::string_view view() const {
    return mapped_ != nullptr ? std::string_view(mapped_, mapped_bytes_) : std::string_view(heap_);
  }
  /// Where they stand in a file as well, from its beginning: its descriptor, which stays theirs. Otherwise
  /// -1.
  [[nodiscard]] int file() const { return file_.get(); }
  [[nodiscard]] std::size_t size() const { return view().size(); }
  [[nodiscard]] bool empty() const { return view().empty(); }
  /// What it takes in memory.
  [[nodiscard]] std::size_t footprint() const {
    return mapped_ != nullptr ? mapped_bytes_ : heap_.capacity();
  }

  /// A sealed file that holds them, for another process: of its own, without a copy where there is one
  /// already.
  [[nodiscard]] Result<UniqueFd> sealed_file() const;

 private:
  static std::optional<Bytes> mapping(UniqueFd& file, std::int64_t bytes);
  static std::optional<Bytes> copied(int file, std::int64_t offset, std::int64_t bytes);

  std::string heap_;
  const char* mapped_ = nullptr;
  std::size_t mapped_bytes_ = 0;
  UniqueFd file_;  ///< of the mapping
};

}  // namespace rucola
