// Roles as people write them on the command line.
//
// Pure functions. Errors: bad_request, with the roles there are.
#pragma once

#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::cli {

Result<std::vector<catalog::Role>> parse_roles(const std::vector<std::string>& names);

/// Their names.
boost::json::array roles_json(const std::vector<catalog::Role>& roles);

}  // namespace rucola::cli
