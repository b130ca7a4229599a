// The API's own description, made from the table of routes.
//
// Pure, thread-safe.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "message/route.h"

namespace rucola::api {

/// OpenAPI 3.1.
boost::json::object describe_routes(const std::vector<message::Route>& routes, const std::string& version);

}  // namespace rucola::api
