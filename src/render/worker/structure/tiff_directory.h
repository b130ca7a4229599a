// Directories of what is built like a TIFF: EXIF blocks, camera RAW files and their maker's notes. 32 bits of
// offsets; BigTIFF is none.
//
// Pure; hostile input is expected. Views are of the bytes that were read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace rucola::render::worker {

enum class ByteOrder { little, big };

/// "II" or "MM".
std::optional<ByteOrder> byte_order_of(std::string_view mark);

struct TiffEntry {
  std::uint16_t tag = 0;
  std::uint16_t type = 0;
  std::uint32_t count = 0;  ///< of values
  std::size_t at = 0;       ///< where they lie: in the entry where they fit, else anywhere, even past the end
};

struct TiffDirectory {
  std::vector<TiffEntry> entries;
  std::uint32_t next = 0;  ///< the offset of the directory that follows; 0: none does

  [[nodiscard]] const TiffEntry* find(std::uint16_t tag) const;
};

/// Bytes that offsets are counted from.
class TiffBytes {
 public:
  TiffBytes(std::string_view bytes, ByteOrder order) : bytes_(bytes), order_(order) {}

  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] ByteOrder order() const { return order_; }

  // Nothing where that is not in the file.
  [[nodiscard]] std::optional<std::uint16_t> number16(std::size_t at) const;
  [[nodiscard]] std::optional<std::uint32_t> number32(std::size_t at) const;
  /// Nor where it has more entries than any camera writes: then it is something else.
  [[nodiscard]] std::optional<TiffDirectory> directory(std::size_t at) const;
  /// Of an entry of whole numbers without a sign, or of bytes.
  [[nodiscard]] std::optional<std::uint32_t> number(const TiffEntry& entry, std::size_t index = 0) const;
  /// The same of a directory, where it has such an entry.
  [[nodiscard]] std::optional<std::uint32_t> number(const TiffDirectory& directory, std::uint16_t tag) const;
  /// An entry's values as they lie there.
  [[nodiscard]] std::optional<std::string_view> values(const TiffEntry& entry) const;

 private:
  std::string_view bytes_;
  ByteOrder order_;
};

}  // namespace rucola::render::worker
