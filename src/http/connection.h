// One client's connection: reads requests, has them answered, in order, until either side ends it.
//
// A request passes: head → gate → parser → hot path (a cached render) → otherwise preflight, renderer or
// route. A route's request passes: authorization → body → handler.
//
// Threads: runs on its event loop; handlers run where they say that they wait. Ownership: a connection owns
// itself. Errors: every request whose head has arrived gets an answer, whatever a handler throws.
#pragma once

#include "base/ip_network.h"
#include "http/loop.h"

namespace rucola::http {

/// Takes a client that the admission let in; `exempt` as it was told to the admission.
void start_connection(Loop& loop, Socket socket, const IpAddress& peer, bool exempt);

}  // namespace rucola::http
