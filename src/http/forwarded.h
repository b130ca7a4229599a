// What proxies in front of us say about a request: who the client is (X-Forwarded-For, Forwarded of RFC
// 7239), whether it spoke TLS (X-Forwarded-Proto), and which host it asked.
//
// These fields are anybody's to write, so they count only where the peer of the socket is a trusted proxy,
// and only as far as trusted proxies wrote them: the list of clients is read from its end, over trusted
// addresses, up to the first that is not trusted. Where there is an X-Forwarded-For or X-Forwarded-Proto,
// which ordinary proxies write, a Forwarded is the client's own.
//
// The host chooses the organization. Proxies that know nothing of X-Forwarded-Host or `Forwarded: host=` hand
// the client's own through, and a cache among them keeps the answer under the host that was really asked. So
// neither counts, but for the one header that the operator has named as one that the proxy overwrites.
//
// The same holds for X-Forwarded-Prefix, the path that a proxy has taken off: it goes into every link.
//
// Thread-safe: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ip_network.h"
#include "message/request.h"

namespace rucola::http {

/// Sets request.client and request.secure; request.host and the Host field where `host_header`, which may be
/// empty, has a host. Without a trusted `peer`, the client is the peer. A value that is malformed is ignored,
/// as if its proxy had not written it.
void apply_forwarded(const IpNetworks& trusted, std::string_view host_header, const IpAddress& peer,
                     message::Request& request);

/// The path prefix that a trusted `peer` says it has taken off, as `prefix_header` has it, which may be
/// empty. Nothing where it says none, or one that is malformed.
std::optional<std::string> forwarded_path_prefix(const IpNetworks& trusted, std::string_view prefix_header,
                                                 const IpAddress& peer, const message::Headers& headers);

}  // namespace rucola::http
