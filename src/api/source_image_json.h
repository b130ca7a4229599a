// The source image object of the API. Pure, thread-safe.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "api/schema.h"
#include "catalog/types.h"

namespace rucola::api {

/// Its path in this API, which lacks the prefix of a proxy.
std::string source_image_link(const catalog::SourceImage& image);

/// Of an image that was there already, for who brought its file and may not read it: what the file says, and
/// the name that it was brought with.
boost::json::object source_image_json_for_uploader(catalog::SourceImage image, const std::string& filename);

boost::json::object source_image_json(const catalog::SourceImage& image);
const Shape& source_image_shape();

}  // namespace rucola::api
