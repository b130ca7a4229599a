// Fields of the catalog that hold a JSON object. Pure functions, thread-safe.
// Errors: bad_request where a text is not JSON, or no object where one is wanted.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/error.h"

namespace rucola::catalog {

Result<boost::json::object> parse_object(std::string_view text);

/// Keys sorted at every depth: one meaning, one text.
boost::json::value sorted_by_keys(const boost::json::value& value);

/// The fields of `older` with those of `newer` over them. The very text of `older` where nothing changes.
Result<std::string> merge_objects(std::string_view older, std::string_view newer);

/// `object` with that field set. The very text of `object` where nothing changes.
Result<std::string> with_field(std::string_view object, std::string_view field, std::string_view value_json);

/// `object` without that field. The very text of `object` where it has none.
Result<std::string> without_field(std::string_view object, std::string_view field);

}  // namespace rucola::catalog
