#include "base/printable.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace rucola {
namespace {

/// Eight characters at once.
using Word = std::uint64_t;

constexpr Word in_each(unsigned char byte) {
  return ~Word{0} / 0xff * byte;
}

constexpr Word high_bits = in_each(0x80);

/// The high bit of a byte says something of that byte alone as long as those below it have none, which is all
/// that matters here: the first one that has it decides.
bool has_unprintable(Word word) {
  const Word above_7e = word | (word + in_each(1));
  const Word from_20_on = (word | high_bits) - in_each(' ');
  return ((above_7e | ~from_20_on) & high_bits) != 0;
}

Word word_at(const char* place) {
  Word word = 0;
  std::memcpy(&word, place, sizeof word);
  return word;
}

bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

}  // namespace

bool is_printable_ascii(std::string_view text) {
  if (text.size() < sizeof(Word)) return std::ranges::all_of(text, is_printable);
  const char* const last = text.data() + text.size() - sizeof(Word);
  for (const char* place = text.data(); place < last; place += sizeof(Word)) {
    if (has_unprintable(word_at(place))) return false;
  }
  return !has_unprintable(word_at(last));  // may have a part that has been looked at
}

}  // namespace rucola
