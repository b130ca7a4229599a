// Numbers as files have them. Pure. (Read: big_endian.h, byte_cursor.h.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace rucola::render::worker {

/// The last `count` bytes of the number, the highest first.
inline std::string big_endian_bytes(std::uint64_t number, std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t i = count; i-- > 0; number >>= 8U)
    bytes[i] = static_cast<char>(number & 0xffU);
  return bytes;
}

/// The lowest first.
inline std::string little_endian_bytes(std::uint64_t number, std::size_t count) {
  std::string bytes(count, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(number & 0xffU);
    number >>= 8U;
  }
  return bytes;
}

}  // namespace rucola::render::worker
