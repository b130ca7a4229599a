#include "render/planning/accept.h"

#include <algorithm>
#include <string_view>

#include "base/ascii.h"
#include "base/text.h"

namespace rucola::render {
namespace {

/// Cuts off what stands before the next `separator` that is not inside double quotes.
std::string_view take_until(std::string_view& text, char separator) {
  bool quoted = false;
  // What stands before the first quote need not be looked at one by one.
  std::size_t end = std::min(text.find(separator), text.size());
  end = std::min(text.substr(0, end).find('"'), end);
  for (; end < text.size(); ++end) {
    if (quoted && text[end] == '\\') {
      ++end;
    } else if (text[end] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[end] == separator) {
      break;
    }
  }
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), end + 1));
  return part;
}

/// As RFC 9110 writes it: "0", "0.", "0.000". Another weight is no reason to refuse a format that was named.
/// The caches of packaging/ read it by the same rule, in a regular expression.
bool is_zero_weight(std::string_view value) {
  if (!value.starts_with('0')) return false;
  value.remove_prefix(1);
  return value.empty() || (value.front() == '.' && value.find_first_not_of('0', 1) == std::string_view::npos);
}

struct MediaRange {
  std::string_view type;
  bool refused = false;  ///< q=0
};

MediaRange parse_range(std::string_view text) {
  MediaRange range{.type = trimmed(take_until(text, ';'))};
  while (!text.empty()) {
    std::string_view parameter = take_until(text, ';');
    const std::string_view name = trimmed(take_until(parameter, '='));
    if (equal_ignoring_case(name, "q") && is_zero_weight(trimmed(parameter))) range.refused = true;
  }
  return range;
}

}  // namespace

AcceptClass classify_accept(std::string_view accept_header) {
  bool avif = false;
  bool jxl = false;
  bool webp = false;
  bool anything = false;
  while (!accept_header.empty()) {
    const MediaRange range = parse_range(take_until(accept_header, ','));
    if (equal_ignoring_case(range.type, "image/avif")) avif = !range.refused;
    if (equal_ignoring_case(range.type, "image/jxl")) jxl = !range.refused;
    if (equal_ignoring_case(range.type, "image/webp")) webp = !range.refused;
    if (range.type == "*/*") anything = !range.refused;
  }
  if (avif) return webp ? AcceptClass::avif_and_webp : AcceptClass::avif;
  if (jxl) return webp ? AcceptClass::jxl_and_webp : AcceptClass::jxl;
  if (webp) return AcceptClass::webp;
  return anything ? AcceptClass::neither : AcceptClass::neither_nor_wildcard;
}

}  // namespace rucola::render
