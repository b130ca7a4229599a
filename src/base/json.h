// JSON as the API takes it: strict, but a trailing comma is forgiven, because the public reference's own
// examples have one. Duplicate keys, NaN, numbers that would be infinite, comments, trailing bytes and deep
// nesting are refused: whatever is taken can be written and read again.
//
// Thread-safe: pure functions.
#pragma once

#include <cstddef>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/error.h"

namespace rucola {

/// Of a text that is kept.
inline constexpr std::size_t json_depth_limit = 32;
/// Of what clients send, which is put into objects and lists before it is kept.
inline constexpr std::size_t json_input_depth_limit = json_depth_limit - 2;

/// Errors: bad_request, with what is wrong and where (byte offset).
Result<boost::json::value> parse_json(std::string_view text, std::size_t depth_limit = json_depth_limit);

}  // namespace rucola
