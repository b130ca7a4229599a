// What proxies in front of us say about a request: Forwarded (RFC 7239) and X-Forwarded-For, -Proto, -Host.
//
// These fields are anybody's to write, so they count only where the peer of the socket is a trusted proxy,
// and only as far as trusted proxies wrote them: the list of clients is read from its end, over trusted
// addresses, up to the first that is not trusted.
//
// Thread-safe: a pure function.
#pragma once

#include "base/ip_network.h"
#include "message/request.h"

namespace rucola::http {

/// Sets request.client, request.secure and request.host. Without a trusted `peer`, the client is the peer.
/// A value that is malformed is ignored, as if its proxy had not written it.
void apply_forwarded(const IpNetworks& trusted, const IpAddress& peer, message::Request& request);

}  // namespace rucola::http
