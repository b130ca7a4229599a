// Requests that ask the server to look for a face, with an empty object of dynamic metadata.
//
// Pure; thread-safe.
#pragma once

#include <boost/json/object.hpp>

#include "api/endpoint.h"
#include "api/services.h"
#include "base/error.h"

namespace rucola::api {

/// `metadata` is as catalog::checked_dynamic_metadata() gave it. Errors: not_implemented where it asks for
/// what this server doesn't look for.
Result<void> check_is_looked_for(const Services& services, const boost::json::object& metadata);

/// The same, in the API's table.
Refusal is_not_looked_for();

}  // namespace rucola::api
