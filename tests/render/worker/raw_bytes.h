// Bytes of camera RAW files for tests: directories as TIFF has them, and JPEGs as far as their frame.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "render/worker/bitmap_bytes.h"

namespace rucola::render::worker {

constexpr int short_value = 3;
constexpr int long_value = 4;
constexpr int undefined_value = 7;

/// `value`: as it stands in the entry, an offset where there is no room for it.
struct RawEntry {
  std::uint16_t tag;
  int type;
  std::uint32_t count;
  std::uint32_t value;
};

inline std::size_t directory_size(std::size_t entries) {
  return 2 + 12 * entries + 4;
}

/// Little-endian.
inline std::string directory(const std::vector<RawEntry>& entries, std::uint32_t next = 0) {
  std::string bytes = little(entries.size(), 2);
  for (const RawEntry& entry : entries)
    bytes += little(entry.tag, 2) + little(static_cast<std::uint64_t>(entry.type), 2) +
             little(entry.count, 4) + little(entry.value, 4);
  return bytes + little(next, 4);
}

inline std::string tiff_head(const std::string& mark = std::string("II*\0", 4)) {
  return mark + little(8, 4);
}

/// The beginning of a JPEG as far as it tells how large it is; `frame`: the marker of its kind.
inline std::string jpeg_head(int width, int height, char frame = '\xc0', int bits = 8, int components = 3) {
  std::string parts;
  for (int i = 0; i < components; ++i)
    parts += "\1\x11\1";
  return std::string("\xff\xd8\xff\xe0\0\4ab\xff", 9) + frame + big(8 + parts.size(), 2) +
         big(static_cast<std::uint64_t>(bits), 1) + big(static_cast<std::uint64_t>(height), 2) +
         big(static_cast<std::uint64_t>(width), 2) + big(static_cast<std::uint64_t>(components), 1) + parts +
         "\xff\xd9";
}

}  // namespace rucola::render::worker
