#include "base/http_url.h"

#include <algorithm>

namespace rucola {

bool is_http_url(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    const std::string_view rest = text.substr(scheme.size());
    const std::string_view authority = rest.substr(0, rest.find_first_of("/\\?#"));
    return !authority.empty() && !authority.contains('@') &&
           std::ranges::all_of(rest, [](char c) { return c > ' ' && c < '\x7f'; });
  }
  return false;
}

}  // namespace rucola
