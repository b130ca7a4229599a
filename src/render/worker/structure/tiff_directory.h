// Directories of what is built like a TIFF: TIFFs and BigTIFFs themselves (tiff_page.h has their pages), EXIF
// blocks, camera RAW files and their maker's notes.
//
// Pure; hostile input is expected. Views are of the bytes that were read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "render/worker/structure/tiff_type.h"

namespace rucola::render::worker {

enum class ByteOrder { little, big };

/// "II" or "MM".
std::optional<ByteOrder> byte_order_of(std::string_view mark);

/// How wide counts and offsets are: 32 bits, or 64.
enum class TiffKind { tiff, bigtiff };

struct TiffEntry {
  std::uint16_t tag = 0;
  TiffType type = TiffType::none;
  std::uint64_t count = 0;  ///< of values
  std::uint64_t at = 0;     ///< where they lie: in the entry where they fit, else anywhere, even past the end
};

struct TiffDirectory {
  std::vector<TiffEntry> entries;
  std::uint64_t next = 0;  ///< the offset of the directory that follows; 0: none does

  [[nodiscard]] const TiffEntry* find(std::uint16_t tag) const;
};

/// Bytes that offsets are counted from.
class TiffBytes {
 public:
  TiffBytes(std::string_view bytes, ByteOrder order, TiffKind kind = TiffKind::tiff)
      : bytes_(bytes), order_(order), kind_(kind) {}

  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] ByteOrder order() const { return order_; }

  // Nothing where that is not in the file.
  [[nodiscard]] std::optional<std::uint16_t> number16(std::uint64_t at) const;
  [[nodiscard]] std::optional<std::uint32_t> number32(std::uint64_t at) const;
  [[nodiscard]] std::optional<std::uint64_t> number64(std::uint64_t at) const;
  /// Nor where it has more entries than libtiff reads: then it is something else.
  [[nodiscard]] std::optional<TiffDirectory> directory(std::uint64_t at) const;
  /// What directory() says of the one that follows, without reading the entries.
  [[nodiscard]] std::optional<std::uint64_t> next_of(std::uint64_t at) const;
  /// Of an entry of whole numbers of up to 32 bits without a sign, or of bytes.
  [[nodiscard]] std::optional<std::uint32_t> number(const TiffEntry& entry, std::uint64_t index = 0) const;
  /// The same of a directory, where it has such an entry.
  [[nodiscard]] std::optional<std::uint32_t> number(const TiffDirectory& directory, std::uint16_t tag) const;
  /// An entry's values as they lie there.
  [[nodiscard]] std::optional<std::string_view> values(const TiffEntry& entry) const;

 private:
  /// Where a directory's entries lie.
  struct Entries {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  [[nodiscard]] std::optional<std::uint64_t> number_of(std::size_t bytes, std::uint64_t at) const;
  [[nodiscard]] std::optional<Entries> entries_at(std::uint64_t at) const;
  /// It lies in the file.
  [[nodiscard]] TiffEntry entry_at(std::uint64_t at) const;

  std::string_view bytes_;
  ByteOrder order_;
  TiffKind kind_;
};

}  // namespace rucola::render::worker
