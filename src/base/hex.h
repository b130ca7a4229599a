// Hexadecimal digits. Pure and thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace rucola {

inline constexpr std::string_view lower_hex_digits = "0123456789abcdef";
inline constexpr std::string_view upper_hex_digits = "0123456789ABCDEF";

/// 0 to 15, of letters in either case; -1 for what is no digit.
constexpr int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

/// Two digits a byte.
constexpr void append_hex(std::string& text, unsigned char byte, std::string_view digits) {
  text += digits[byte >> 4U];
  text += digits[byte & 15U];
}

std::string lower_hex(std::span<const unsigned char> bytes);
bool is_lower_hex(std::string_view text);

}  // namespace rucola
