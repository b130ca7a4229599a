// Percent-encoding (RFC 3986, section 2.1). Pure functions, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rucola {

/// Decodes once. Nothing where a '%' is not followed by two hex digits, or a NUL byte comes out.
std::optional<std::string> percent_decode(std::string_view text);
/// Everything but unreserved characters (RFC 3986, section 2.3) becomes %XX.
std::string percent_encode(std::string_view text);

/// A query is a form (application/x-www-form-urlencoded): there '+' is a space.
std::optional<std::string> form_decode(std::string_view text);

}  // namespace rucola
