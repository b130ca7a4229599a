// Dynamic metadata: what is said of an image that renders look at, and that is part of the image's identity.
// One table says which there is and what each may hold.
//
// Pure; thread-safe. Errors: bad_request, with what is allowed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

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
/// One of the objects, as above.
Result<boost::json::value> checked_dynamic_object(std::string_view name, const boost::json::value& given);

/// Is the server to look for a face? An empty detection_face asks for that, and an empty detection_eyemouth
/// for eyes and mouth.
bool asks_for_faces(const boost::json::object& checked);
bool asks_for_eyes_and_mouth(const boost::json::object& checked);
/// The images that it links to the one it is of. Whether there are any of these hashes, and what they are, is
/// for whoever knows the catalog.
std::vector<std::string> linked_hashes(const boost::json::object& checked);
/// What was sent, with `found` instead of the empty detection_face; without one, where nothing was found.
boost::json::object with_found_face(boost::json::object checked, const boost::json::object& found);

/// As a SourceImage has it.
std::string canonical_dynamic_metadata(const boost::json::object& metadata);

enum class Identity { follows, stays };
/// The image with those objects by their names, without those that are null: another image, with the hash
/// that belongs to its metadata, or the same one with the hash that it has. Where it is so already, the image
/// as it is. Values are as checked_dynamic_object() gave them.
SourceImage with_dynamic_objects(SourceImage image, const boost::json::object& objects, Identity identity);

}  // namespace rucola::catalog
