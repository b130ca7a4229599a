// The alias object of the API. Pure, thread-safe.
#pragma once

#include <boost/json/object.hpp>

#include "api/schema.h"
#include "catalog/types.h"

namespace rucola::api {

boost::json::object alias_json(const catalog::Alias& alias);
const Shape& alias_shape();

}  // namespace rucola::api
