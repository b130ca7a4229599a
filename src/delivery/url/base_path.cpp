#include "delivery/url/base_path.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/hex.h"

namespace rucola::delivery {
namespace {

using namespace std::string_view_literals;

/// What stands at the front of a text, and how many of its bytes that takes.
struct Taken {
  char meaning = 0;
  std::size_t length = 0;
};

/// The number that `count` hexadecimal digits are.
std::optional<std::uint32_t> hex_number(std::string_view text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  std::uint32_t number = 0;
  for (const char digit : text.substr(0, count)) {
    const int value = hex_value(digit);
    if (value < 0) return std::nullopt;
    number = number * 16 + static_cast<std::uint32_t>(value);
  }
  return number;
}

/// `%2e`, or `%u002e` as IIS has it; nothing of the latter beyond ASCII means a separator here.
std::optional<Taken> escape_at(std::string_view text) {
  if (!text.starts_with('%')) return std::nullopt;
  if (const auto byte = hex_number(text.substr(1), 2)) return Taken{static_cast<char>(*byte), 3};
  const bool is_long = text.size() > 1 && (text[1] == 'u' || text[1] == 'U');
  const auto code = is_long ? hex_number(text.substr(2), 4) : std::nullopt;
  if (!code || *code >= 0x80) return std::nullopt;
  return Taken{static_cast<char>(*code), 6};
}

/// ASCII in two, three or four bytes, which lenient decoders take. Some don't even look whether the last byte
/// continues a character.
std::optional<Taken> overlong_at(std::string_view text) {
  constexpr std::array leads{"\xf0\x80\x80"sv, "\xf0\x80\x81"sv, "\xe0\x80"sv,
                             "\xe0\x81"sv,     "\xc0"sv,         "\xc1"sv};
  for (const std::string_view lead : leads) {
    if (!text.starts_with(lead) || text.size() == lead.size()) continue;
    const auto high = (static_cast<unsigned char>(lead.back()) & 1U) << 6U;
    const auto low = static_cast<unsigned char>(text[lead.size()]) & 0x3fU;
    return Taken{static_cast<char>(high | low), lead.size() + 1};
  }
  return std::nullopt;
}

/// Once over the text, from left to right.
template <class TakeAt>
std::string read_once(std::string_view text, TakeAt take_at) {
  std::string result;
  while (!text.empty()) {
    const std::optional<Taken> taken = take_at(text);
    result += taken ? taken->meaning : text.front();
    text.remove_prefix(taken ? taken->length : 1);
  }
  return result;
}

/// What compatibility normalisation, or Windows' best fit, makes points and slashes of.
std::string without_look_alikes(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> table{{
      {"\xef\xbc\x8e", "."},    // U+FF0E, fullwidth
      {"\xef\xb9\x92", "."},    // U+FE52, small
      {"\xe2\x80\xa4", "."},    // U+2024, one dot leader
      {"\xe2\x80\xa5", ".."},   // U+2025, two dot leader
      {"\xe2\x80\xa6", "..."},  // U+2026, ellipsis
      {"\xef\xbc\x8f", "/"},    // U+FF0F, fullwidth
      {"\xe2\x81\x84", "/"},    // U+2044, fraction slash
      {"\xe2\x88\x95", "/"},    // U+2215, division slash
      {"\xef\xbc\xbc", "/"},    // U+FF3C, fullwidth backslash
      {"\xef\xb9\xa8", "/"},    // U+FE68, small backslash
      {"\xe2\x88\x96", "/"},    // U+2216, set minus
  }};
  std::string result;
  while (!text.empty()) {
    const auto* const found =
        std::ranges::find_if(table, [&](const auto& entry) { return text.starts_with(entry.first); });
    result += found == table.end() ? text.substr(0, 1) : found->second;
    text.remove_prefix(found == table.end() ? 1 : found->first.size());
  }
  return result;
}

/// White space and control characters get lost on the way, and Windows drops points at an end: "... " is a
/// "..", too.
bool is_points_only(std::string_view segment) {
  constexpr std::string_view ends = ";:?#\0"sv;  // parameters, streams of files, what a second decoding gives
  bool any = false;
  for (const char c : segment.substr(0, segment.find_first_of(ends))) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) continue;
    if (c != '.') return false;
    any = true;
  }
  return any;
}

}  // namespace

std::string decoded_throughout(std::string path) {
  while (true) {
    std::string once = read_once(path, escape_at);
    if (once == path) once = read_once(path, overlong_at);
    if (once == path) return path;
    path = std::move(once);
  }
}

bool may_climb(std::string_view decoded) {
  const std::string plain = without_look_alikes(decoded);
  std::string_view rest = plain;
  while (true) {
    const std::size_t separator = rest.find_first_of("/\\");
    if (is_points_only(rest.substr(0, separator))) return true;
    if (separator == std::string_view::npos) return false;
    rest.remove_prefix(separator + 1);
  }
}

}  // namespace rucola::delivery
