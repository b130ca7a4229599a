// The tags of a TIFF, as they lie in the file: what libvips does not hand out with the picture.
//
// Hostile input is expected; nothing past the end is read. A value that refers to bytes of somebody else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rucola::render::worker {

/// Numbers in the byte order of the file, of the width of its kind: TIFF counts with 32 bits, BigTIFF
/// with 64.
class TiffTags {
 public:
  struct Values {
    std::uint64_t type = 0;
    std::uint64_t count = 0;  ///< as the file says it: there may be fewer
    std::uint64_t at = 0;     ///< in the file, of the first
  };

  explicit TiffTags(std::string_view bytes) : bytes_(bytes), is_big_endian_(bytes.starts_with("MM")) {}

  /// Of page `page`, from 1. `size`: bytes of a value of the type that is expected.
  [[nodiscard]] std::optional<Values> find(std::int32_t page, std::uint64_t tag, std::size_t size) const;
  /// As find(); empty where it is no text, or longer than `most_bytes`.
  [[nodiscard]] std::string_view text(std::int32_t page, std::uint64_t tag, std::size_t most_bytes) const;
  /// Nothing past the end.
  [[nodiscard]] std::optional<std::uint64_t> number(std::uint64_t at, std::size_t size) const;

 private:
  struct Layout;

  [[nodiscard]] const Layout& layout() const;
  /// The offset of a page's directory.
  [[nodiscard]] std::optional<std::uint64_t> directory_of(std::int32_t page) const;
  /// The values of an entry, which lie in it where they fit.
  [[nodiscard]] std::optional<Values> values_of(std::uint64_t entry, std::size_t size) const;

  std::string_view bytes_;
  bool is_big_endian_;
};

}  // namespace rucola::render::worker
