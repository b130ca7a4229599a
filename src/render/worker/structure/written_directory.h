// The list of tags that a TIFF has, and EXIF is, to be written: little-endian. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "render/worker/structure/tiff_type.h"

namespace rucola::render::worker {

class WrittenDirectory {
 public:
  static constexpr std::size_t entry_size = 12;

  /// `bytes`: values of one byte each.
  void add(std::uint16_t tag, TiffType type, std::string bytes);
  /// One of another directory of the same file.
  void add_entry(std::uint16_t tag, std::string_view entry);

  /// The directory and behind it its values, as they lie at `at` in the file, which is even. `next`: where
  /// the next one lies, 0 where there is none.
  [[nodiscard]] std::string written(std::size_t at, std::uint32_t next = 0) const;

 private:
  struct Entry {
    std::string head;  ///< tag, type and count; or the whole entry
    std::string values;
  };

  std::map<std::uint16_t, Entry> entries_;  // in the order that readers expect
};

}  // namespace rucola::render::worker
