#include "expression/problem.h"

#include <algorithm>

namespace rucola::expression {
namespace {

constexpr std::size_t shown_characters = 80;

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

/// One ASCII character for each of the text's, so that columns stay right.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    if (starts_character(c)) shown += c >= ' ' && c <= '~' ? c : '?';
  }
  return shown;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  constexpr std::size_t most_bytes = 160;
  std::string shown = printable(text.substr(0, most_bytes));
  constexpr std::size_t most = 40;
  if (shown.size() > most || text.size() > most_bytes) shown = shown.substr(0, most) + "...";
  return "\"" + shown + "\"";
}

std::string described(const Value& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_array()) return "an array";
  return value.is_string() ? in_quotes(value.as_string()) : value.to_text();
}

Error error_at(std::string_view expression, const Problem& problem) {
  const std::size_t offset = std::min(problem.offset, expression.size());
  const auto before =
      static_cast<std::size_t>(std::ranges::count_if(expression.substr(0, offset), starts_character));
  std::string shown = printable(expression);
  if (shown.size() > shown_characters) {
    const std::size_t start = before > shown_characters / 2 ? before - shown_characters / 2 : 0;
    const bool is_cut = start + shown_characters < shown.size();
    shown = (start > 0 ? "..." : "") + shown.substr(start, shown_characters) + (is_cut ? "..." : "");
  }
  return Error{ErrorCode::bad_request, PublicMessage{"Expression \"" + shown + "\" has an error at column " +
                                                     std::to_string(before + 1) + ": " + problem.text}};
}

}  // namespace rucola::expression
