// JSON as the API takes it: strict, but a trailing comma is forgiven, because the public reference's own
// examples have one. Duplicate keys, NaN, comments, trailing bytes and deep nesting are refused.
//
// Thread-safe: pure functions.
#pragma once

#include <cstddef>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/error.h"

namespace rucola {

inline constexpr std::size_t json_depth_limit = 32;

/// Errors: bad_request, with what is wrong and where (byte offset).
Result<boost::json::value> parse_json(std::string_view text);

}  // namespace rucola
