#include "base/wording.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/utf8.h"

namespace rucola {
namespace {

constexpr std::size_t longest_quotation = 60;

/// Insertions, deletions and replacements that lead from one text to the other (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  for (const char byte : text) {
    if (starts_character(byte)) shown += byte >= ' ' && byte <= '~' ? byte : '?';
  }
  return shown;
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t most_bytes = 4 * longest_quotation;  // no character has more than four
  std::string shown = printable(text.substr(0, most_bytes));
  if (shown.size() > longest_quotation || text.size() > most_bytes)
    shown = shown.substr(0, longest_quotation) + "...";
  return '"' + shown + '"';
}

std::string suggestion(std::string_view written, std::span<const std::string_view> candidates) {
  if (written.empty() || written.size() > longest_quotation) return ".";
  std::string_view nearest;
  // Two steps are one pair of letters swapped; in a very short name they would fit nearly anything.
  std::size_t least = (written.size() <= 3 ? 1 : std::max<std::size_t>(2, written.size() / 3)) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t steps = distance(written, candidate);
    if (steps >= least) continue;
    least = steps;
    nearest = candidate;
  }
  return nearest.empty() ? "." : "; did you mean " + in_quotes(nearest) + "?";
}

std::string number_text(double number) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), end};
}

}  // namespace rucola
