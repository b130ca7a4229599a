// The management API as one table of routes, gathered from one file a resource.
//
// Threads: handlers run where their route says that they wait, several at once.
#pragma once

#include <vector>

#include "api/services.h"
#include "message/route.h"

namespace rucola::api {

/// `services` must outlive the routes.
std::vector<message::Route> make_routes(const Services& services);

/// Api-Key and Bearer credentials against the catalog. `services` must outlive the result.
message::Authorize make_authorize(const Services& services);

}  // namespace rucola::api
