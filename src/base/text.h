// Small things that are done to text in many places. Pure and thread-safe.
#pragma once

#include <functional>
#include <ranges>
#include <string>
#include <string_view>

namespace rucola {

/// HTTP's optional white space (RFC 9110, section 5.6.3).
inline constexpr std::string_view blanks = " \t";

/// Without what is of `white_space` at both ends.
constexpr std::string_view trimmed(std::string_view text, std::string_view white_space = blanks) {
  const std::size_t first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

/// The items, or what `text_of` makes of them, with `separator` between: "read, write, admin".
template <std::ranges::input_range Items, class TextOf = std::identity>
std::string joined(Items&& items, std::string_view separator = ", ", TextOf text_of = {}) {
  std::string text;
  bool is_first = true;
  for (auto&& item : items) {
    if (!is_first) text.append(separator);
    is_first = false;
    text.append(std::invoke(text_of, item));
  }
  return text;
}

}  // namespace rucola
