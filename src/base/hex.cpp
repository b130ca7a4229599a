#include "base/hex.h"

#include <algorithm>

namespace rucola {

std::string lower_hex(std::span<const unsigned char> bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes)
    append_hex(text, byte, lower_hex_digits);
  return text;
}

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return lower_hex_digits.contains(c); });
}

}  // namespace rucola
