#include "expression/text_literal.h"

#include <algorithm>
#include <charconv>

#include "base/hex.h"

namespace rucola::expression {
namespace {

constexpr std::string_view named_escapes = "ntrabfv";
constexpr std::string_view named_values = "\n\t\r\a\b\f\v";

struct Escape {
  char character;
  std::size_t length;  // without the backslash
};

/// A character by its number; bytes above 0x7F would not be UTF-8.
std::expected<Escape, Problem> numbered(std::string_view digits, std::size_t prefix, int base,
                                        std::size_t at) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  constexpr unsigned most = 0x7F;
  if (number > most) {
    return std::unexpected(Problem{at, "numbered escapes end at \\x7F (\\177); write the character itself"});
  }
  return Escape{static_cast<char>(number), prefix + static_cast<std::size_t>(end - digits.data())};
}

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// `rest` starts after the backslash, which stands at `at`, and is not empty.
std::expected<Escape, Problem> escape(std::string_view rest, std::size_t at) {
  const char first = rest.front();
  const std::size_t named = named_escapes.find(first);
  if (named != std::string_view::npos) return Escape{named_values[named], 1};
  if (first == 'x' && rest.size() > 1 && hex_value(rest[1]) >= 0)
    return numbered(rest.substr(1, 2), 1, 16, at);
  if (is_octal(first)) return numbered(rest.substr(0, 3), 0, 8, at);
  if (is_letter_or_digit(first)) {
    return std::unexpected(Problem{
        at, std::string("\"\\") + first +
                "\" is no escape; for a backslash, as in regular expressions, write \"\\\\" + first + "\""});
  }
  return Escape{first, 1};
}

}  // namespace

std::expected<TextLiteral, Problem> read_text_literal(std::string_view expression, std::size_t at) {
  const char quote = expression[at];
  TextLiteral literal{.value = {}, .length = 0};
  std::size_t place = at + 1;
  while (place < expression.size() && expression[place] != quote) {
    if (expression[place] != '\\') {
      // As in the reference, a line break or tab in the source is a space; \n and \t are the real ones.
      const bool is_control = std::string_view("\r\n\t\v\f").contains(expression[place]);
      literal.value += is_control ? ' ' : expression[place];
      ++place;
      continue;
    }
    if (place + 1 == expression.size()) {
      place = expression.size();
      break;
    }
    const std::expected<Escape, Problem> escaped = escape(expression.substr(place + 1), place);
    if (!escaped) return std::unexpected(escaped.error());
    literal.value += escaped->character;
    place += 1 + escaped->length;
  }
  if (place >= expression.size()) {
    return std::unexpected(Problem{at, std::string("the text that starts here has no closing ") + quote});
  }
  literal.length = place + 1 - at;
  return literal;
}

}  // namespace rucola::expression
