// The JSON that rows hold: objects, all of them, which somebody checked before they were stored. Where one
// can't be read any more, the row is damaged: it is reported (damaged_rows.h), and nobody who asks is told
// that his request was wrong.
//
// Thread-safe.
#pragma once

#include <string_view>

#include <boost/json/object.hpp>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// Reports it. What `is_wrong` is for the log; the caller learns how to get on.
std::unexpected<Error> damaged_stack(const Stack& stack, std::string_view is_wrong);
/// Reports it; there is a way to go on.
void damaged_image(const SourceImage& image, std::string_view is_wrong);

/// Errors: internal.
Result<boost::json::object> stored_definition(const Stack& stack);

/// Errors: internal. Whoever goes on without the options must suppose that they protected something.
Result<boost::json::object> stored_options(const Organization& organization);

/// `field` is one of the image's three; an empty object where it can't be read: an image without its metadata
/// is still the image.
boost::json::object stored_metadata(const SourceImage& image, std::string_view field);
/// The same as text.
std::string_view readable_metadata(const SourceImage& image, std::string_view field);

}  // namespace rucola::catalog
