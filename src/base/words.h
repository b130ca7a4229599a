// The words of a text, as people search for them: without case, accents and compatibility forms of letters
// (by utf8proc), split at whatever is neither letter, mark nor digit. "Über_IMG-12.jpg" has uber, img, 12
// and jpg.
//
// Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rucola {

/// Longer ones are cut, at a character.
inline constexpr std::size_t longest_word_bytes = 64;

/// Each once, in their order. Bytes that are no UTF-8 separate words.
std::vector<std::string> words_of(std::string_view text);

}  // namespace rucola
