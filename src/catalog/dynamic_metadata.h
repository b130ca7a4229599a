// Dynamic metadata: what is said of an image that renders look at, and that is part of the image's identity.
// One table says which there is and what each may hold.
//
// Pure; thread-safe. Errors: bad_request, with what is allowed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// Bytes of what is sent, as JSON.
inline constexpr std::size_t most_dynamic_metadata = std::size_t{64} * 1024;

/// What somebody sends, in the one way of writing it: whole numbers are integers (1.0 is 1), and what is null
/// is not given. What was stored before may hold anything: whoever reads that takes what is wrong for
/// missing.
Result<boost::json::object> checked_dynamic_metadata(const boost::json::object& given);

/// Is there such an object?
Result<void> check_dynamic_name(std::string_view name);
/// One of the objects, as above. Errors: not_implemented where it asks the server to find out by itself.
Result<boost::json::value> checked_dynamic_object(std::string_view name, const boost::json::value& given);

/// As a SourceImage has it.
std::string canonical_dynamic_metadata(const boost::json::object& metadata);

enum class Identity { follows, stays };
/// The image with that object, or without it where it is null: another image, with the hash that belongs to
/// its metadata, or the same one with the hash that it has. Where the object is there already, the image as
/// it is. `value` is as checked_dynamic_object() gave it.
SourceImage with_dynamic_object(SourceImage image, std::string_view name, const boost::json::value& value,
                                Identity identity);

}  // namespace rucola::catalog
