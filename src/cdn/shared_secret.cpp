#include "cdn/shared_secret.h"

#include <algorithm>
#include <string>

namespace rucola::cdn {

Result<void> check_shared_secret(std::string_view secret, std::string_view or_from) {
  if (secret.empty()) {
    const std::string alternative = or_from.empty() ? "." : ", or " + std::string(or_from) + ".";
    return fail(ErrorCode::bad_request, "it has no secret. Set `secret`" + alternative);
  }
  if (!std::ranges::all_of(secret, [](char c) { return c > ' ' && c <= '~'; })) {
    return fail(ErrorCode::bad_request, "its secret may hold only visible ASCII characters and no spaces.");
  }
  return {};
}

}  // namespace rucola::cdn
