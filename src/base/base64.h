// base64 with padding (RFC 4648, section 4), by OpenSSL's codec. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace rucola {

std::string base64(std::string_view bytes);

}  // namespace rucola
