// Variables as a query string: `w=800&text=a%20b`.
//
// Pure; thread-safe.
#pragma once

#include <optional>

#include <boost/json/value.hpp>

namespace rucola::render {

/// An object of names and single values, from an object, from JSON in a text, or from a query string.
/// Nothing: it is none of them.
std::optional<boost::json::value> query_variables(const boost::json::value& value);

}  // namespace rucola::render
