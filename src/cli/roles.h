// Roles as people write them on the command line.
//
// A pure function. Errors: bad_request, with the roles there are.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::cli {

Result<std::vector<catalog::Role>> parse_roles(const std::vector<std::string>& names);

}  // namespace rucola::cli
