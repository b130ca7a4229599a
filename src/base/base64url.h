// base64url without padding (RFC 4648, section 5), by OpenSSL's codec. Pure and thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rucola {

std::string base64url(std::string_view bytes);

/// The bytes whose base64url is exactly `text`; nothing where there are none. So no two texts mean the same.
std::optional<std::string> parse_base64url(std::string_view text);

}  // namespace rucola
