// Values as JSON and back.
//
// Pure; thread-safe.
#pragma once

#include <boost/json/value.hpp>

#include "expression/value.h"

namespace rucola::expression {

/// Unsigned integers that do not fit into 64 bits with a sign become doubles.
Value from_json(const boost::json::value& json);

/// Lists become arrays, other arrays objects; a double that is no finite number becomes null.
boost::json::value to_json(const Value& value);

}  // namespace rucola::expression
