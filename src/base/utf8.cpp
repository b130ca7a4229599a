#include "base/utf8.h"

#include <array>
#include <cstdint>
#include <cstdlib>

#include <utf8proc.h>

#include "base/c_handle.h"

namespace rucola {

std::size_t utf8_sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = byte(0) < 0x80 ? 1 : byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (length == 1) return 1;
  if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < length) return 0;
  std::uint32_t code_point = byte(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (starts_character(text[i])) return 0;
    code_point = code_point << 6 | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code_point < 0x800) || (length == 4 && code_point < 0x10000);
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  return overlong || surrogate || code_point > 0x10FFFF ? 0 : length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string utf8_of(char32_t character) {
  const auto code_point = static_cast<utf8proc_int32_t>(character);
  if (!utf8proc_codepoint_valid(code_point)) return {};
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto length = utf8proc_encode_char(code_point, bytes.data());
  return {bytes.begin(), bytes.begin() + length};
}

std::string well_formed_utf8(std::string text) {
  if (is_utf8(text)) return text;
  std::string result;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t length = utf8_sequence_length(rest);
    result += length == 0 ? "\xEF\xBF\xBD" : rest.substr(0, length);
    rest.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string caseless(const std::string& text) {
  const CHandle<utf8proc_uint8_t, std::free> folded(
      utf8proc_NFKC_Casefold(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str())));
  return folded ? reinterpret_cast<const char*>(folded.get()) : text;
}

std::string_view cut_to(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  while (most_bytes > 0 && !starts_character(text[most_bytes]))
    --most_bytes;
  return text.substr(0, most_bytes);
}

}  // namespace rucola
