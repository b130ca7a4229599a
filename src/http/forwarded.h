// What proxies in front of us say about a request: who the client is (X-Forwarded-For, Forwarded of RFC
// 7239), whether it spoke TLS (X-Forwarded-Proto), and which host it asked.
//
// These fields are anybody's to write, so they count only where the peer of the socket is a trusted proxy,
// and only as far as trusted proxies wrote them: the list of clients is read from its end, over trusted
// addresses, up to the first that is not trusted. Where there is an X-Forwarded-For, which ordinary proxies
// write, a Forwarded is the client's own.
//
// The host chooses the organization. Proxies that know nothing of X-Forwarded-Host or `Forwarded: host=` hand
// the client's own through, and a cache among them keeps the answer under the host that was really asked. So
// neither counts, but for the one header that the operator has named as one that the proxy overwrites.
//
// Thread-safe: a pure function.
#pragma once

#include <string_view>

#include "base/ip_network.h"
#include "message/request.h"

namespace rucola::http {

/// Sets request.client and request.secure; request.host and the Host field where `host_header`, which may be
/// empty, has a host. Without a trusted `peer`, the client is the peer. A value that is malformed is ignored,
/// as if its proxy had not written it.
void apply_forwarded(const IpNetworks& trusted, std::string_view host_header, const IpAddress& peer,
                     message::Request& request);

}  // namespace rucola::http
