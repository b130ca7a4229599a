// The source image object of the API. Pure, thread-safe.
#pragma once

#include <boost/json/object.hpp>

#include "api/schema.h"
#include "catalog/types.h"

namespace rucola::api {

boost::json::object source_image_json(const catalog::SourceImage& image);
const Shape& source_image_shape();

}  // namespace rucola::api
