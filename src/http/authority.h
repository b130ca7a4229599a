// The host part of a request: `Host: example.org:8080`, `http://example.org/…`, `X-Forwarded-Host`.
//
// Thread-safe: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rucola::http {

/// The host in lower case, without the port and without a final dot. Nothing where `authority` is empty or is
/// not `host[:port]` with a DNS name, an IPv4 address or an IPv6 address in brackets (which it keeps).
std::optional<std::string> parse_host(std::string_view authority);

/// Whether parse_host() would give a host; allocates nothing.
bool is_authority(std::string_view authority);

}  // namespace rucola::http
