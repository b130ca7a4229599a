// The management API as one table of routes, gathered from one file a resource.
//
// Threads: handlers run on the blocking executor, several at once.
#pragma once

#include <vector>

#include "api/services.h"
#include "message/route.h"

namespace rucola::api {

/// `services` must outlive the routes.
std::vector<message::Route> make_routes(const Services& services);

/// The caller's roles in the organization, none for a stranger; for what a route's own `access` can't say.
/// Errors: unauthenticated, forbidden where the key itself is missing or unknown.
Result<std::vector<catalog::Role>> roles_in(catalog::Store& store, const message::Request& request,
                                            std::string_view organization);

/// The roles that are for source images only don't include the originals of protected ones. Errors:
/// forbidden.
Result<void> may_see_original(catalog::Store& store, const message::Request& request,
                              const catalog::SourceImage& image);

/// Api-Key and Bearer credentials against the catalog. `store` must outlive the result.
message::Authorize make_authorize(catalog::Store& store);

}  // namespace rucola::api
