// One line of a head, "Name: value", in its parts. Pure and thread-safe.
#pragma once

#include <optional>
#include <string_view>

namespace rucola::http {

struct FieldLine {
  std::string_view name;   ///< what stands before the first colon, whatever it is
  std::string_view value;  ///< without the blanks around it
};

/// Of each request a dozen: two loops over what are mostly one blank and none are quicker than searches.
constexpr std::string_view without_blanks(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

/// Nothing where there is no colon.
constexpr std::optional<FieldLine> split_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return FieldLine{.name = line.substr(0, colon), .value = without_blanks(line.substr(colon + 1))};
}

}  // namespace rucola::http
