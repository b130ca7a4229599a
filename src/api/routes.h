// The management API as one table of routes, gathered from one file a resource.
//
// Threads: the table is made at its first use and never changes; handlers run where
// their row says that they wait, several at once.
#pragma once

#include <vector>

#include "api/endpoint.h"
#include "api/services.h"
#include "message/route.h"

namespace rucola::api {

/// All routes, as rows; what they need to work comes later.
const std::vector<Endpoint>& endpoints();

/// The rows, bound to what they work with; those for the operator only where he has no listener of his own.
/// `services` must outlive the routes.
std::vector<message::Route> make_routes(const Services& services);
/// Those for the operator alone: metrics, health with its details, readiness. As long-lived.
std::vector<message::Route> make_operator_routes(const Services& services);

/// Api-Key and Bearer credentials against the catalog. `services` must outlive the result.
message::Authorize make_authorize(const Services& services);

}  // namespace rucola::api
