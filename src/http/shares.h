// Whose share of what is bounded a request takes: of places in queues, of memory for bodies, of streams.
//
// Threads: any.
#pragma once

#include <string>

#include "http/body_budget.h"
#include "http/shared_state.h"
#include "message/request.h"

namespace rucola::http {

/// Who a client is where addresses have shares. Never the name of an organization, which has no dot or colon.
/// Empty, and so nobody, for a trusted proxy that names no client: it speaks for many.
std::string turn_of(const SharedState& shared, const std::string& client);

/// Whose share a body takes: that of Request::share, and the client's.
BodyBudget::Owners owners_of(const SharedState& shared, const message::Request& request);

}  // namespace rucola::http
