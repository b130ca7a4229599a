// Numbers in files, the first byte the highest. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rucola::render::worker {

/// The bytes are there.
template <class Unsigned>
Unsigned big_endian(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (const char byte : bytes.substr(at, sizeof(Unsigned)))
    value = (value << 8U) | static_cast<std::uint8_t>(byte);
  return static_cast<Unsigned>(value);
}

}  // namespace rucola::render::worker
