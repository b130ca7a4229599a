// The API's reference as a page for browsers, made from its table: whole in itself, without scripts. Pure,
// thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/endpoint.h"

namespace rucola::api {

/// Of that page: it loads nothing, runs nothing and sends nothing.
inline constexpr std::string_view reference_page_policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";

/// `path_prefix`: where clients see the server below a path.
std::string reference_page(const std::vector<Endpoint>& table, std::string_view version,
                           std::string_view path_prefix);

}  // namespace rucola::api
