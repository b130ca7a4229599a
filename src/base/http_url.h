// The shape of addresses that people configure. Whether one may be fetched is security's business.
//
// Pure; thread-safe.
#pragma once

#include <string_view>

namespace rucola {

/// An absolute http or https URL with a host, in printable ASCII, without a user name or password: what is
/// configured is shown to others.
bool is_http_url(std::string_view text);

}  // namespace rucola
