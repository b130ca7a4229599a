#include "http/path_prefix.h"

#include <algorithm>

#include "base/ascii.h"

namespace rucola::http {
namespace {

constexpr std::size_t longest_prefix = 256;

/// What a path has unescaped everywhere (RFC 3986, section 2.3).
bool is_unreserved(char c) {
  const char small = lower(c);
  return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

bool is_plain_segment(std::string_view segment) {
  return !segment.empty() && segment != "." && segment != ".." && std::ranges::all_of(segment, is_unreserved);
}

bool is_below(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

}  // namespace

std::optional<std::string> parse_path_prefix(std::string_view text) {
  if (!text.starts_with('/') || text.size() > longest_prefix) return std::nullopt;
  if (text.ends_with('/')) text.remove_suffix(1);
  std::string_view rest = text;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    if (!is_plain_segment(rest.substr(0, end))) return std::nullopt;
    rest.remove_prefix(end);
  }
  return std::string(text);
}

void mount_at(std::string_view prefix, message::Request& request) {
  request.path_prefix = prefix;
  if (prefix.empty() || !is_below(request.path, prefix)) return;
  request.path.erase(0, prefix.size());
  if (request.path.empty()) request.path = "/";
}

}  // namespace rucola::http
