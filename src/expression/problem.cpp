#include "expression/problem.h"

#include <algorithm>

#include "base/utf8.h"
#include "base/wording.h"

namespace rucola::expression {
namespace {

constexpr std::size_t shown_characters = 80;

}  // namespace

std::string described(const Value& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_array()) return "an array";
  return value.is_string() ? in_quotes(value.as_string()) : value.to_text();
}

Failure failure_at(std::string_view expression, const Problem& problem) {
  const std::size_t offset = std::min(problem.offset, expression.size());
  const auto before =
      static_cast<std::size_t>(std::ranges::count_if(expression.substr(0, offset), starts_character));
  std::string shown = printable(expression);  // a character for a character, so that columns stay right
  if (shown.size() > shown_characters) {
    const std::size_t start = before > shown_characters / 2 ? before - shown_characters / 2 : 0;
    const bool is_cut = start + shown_characters < shown.size();
    shown = (start > 0 ? "..." : "") + shown.substr(start, shown_characters) + (is_cut ? "..." : "");
  }
  const std::size_t column = before + 1;
  return {.column = column,
          .text = "Expression \"" + shown + "\" has an error at column " + std::to_string(column) + ": " +
                  problem.text};
}

}  // namespace rucola::expression
