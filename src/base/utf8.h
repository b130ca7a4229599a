// UTF-8 as strangers send it.
//
// Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rucola {

/// How many bytes the UTF-8 sequence at the front of a text that is not empty has; 0 where it is none, is
/// overlong, encodes a surrogate or lies past the last code point.
std::size_t utf8_sequence_length(std::string_view text);

bool is_utf8(std::string_view text);

/// A code point as it is written; empty for what is none.
std::string utf8_of(char32_t character);

/// With U+FFFD for each byte that belongs to no character; most texts come back as they are.
std::string well_formed_utf8(std::string text);

/// With one spelling of each letter, whatever its case and however its accents are put on (NFKC_Casefold):
/// what is the same then, some file system takes for the same name. Of text in UTF-8, up to a NUL.
std::string caseless(const std::string& text);

/// False for the second and each later byte of a character.
constexpr bool starts_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

/// At most so many bytes of it, cut after a whole character.
std::string_view cut_to(std::string_view text, std::size_t most_bytes);

}  // namespace rucola
