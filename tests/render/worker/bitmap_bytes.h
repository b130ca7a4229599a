// Bytes of bitmaps for tests: numbers as BMP and PSD have them.
#pragma once

#include <cstdint>
#include <string>

namespace rucola::render::worker {

inline std::string little(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i)
    text += static_cast<char>(number >> (8 * i));
  return text;
}

inline std::string big(std::uint64_t number, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i)
    text += static_cast<char>(number >> (8 * i));
  return text;
}

/// Of 40 bytes; `height` is negative where rows go from top to bottom.
inline std::string bmp_header(std::int32_t width, std::int32_t height, int bits,
                              std::uint32_t compression = 0, std::uint32_t colors = 0) {
  return little(40, 4) + little(static_cast<std::uint32_t>(width), 4) +
         little(static_cast<std::uint32_t>(height), 4) + little(1, 2) +
         little(static_cast<std::uint64_t>(bits), 2) + little(compression, 4) + std::string(12, '\0') +
         little(colors, 4) + little(0, 4);
}

/// `table`: masks or palette.
inline std::string bmp_file(const std::string& header, const std::string& table, const std::string& pixels) {
  const std::size_t pixels_at = 14 + header.size() + table.size();
  return "BM" + little(pixels_at + pixels.size(), 4) + little(0, 4) + little(pixels_at, 4) + header + table +
         pixels;
}

}  // namespace rucola::render::worker
