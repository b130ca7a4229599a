// The source image object of the API. Pure, thread-safe.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include "api/schema.h"
#include "catalog/types.h"

namespace rucola::api {

/// Its path in this API, which lacks the prefix of a proxy.
std::string source_image_link(const catalog::SourceImage& image);

/// What somebody said of a file that he brought.
struct Brought {
  std::string filename;
  std::string dynamic_metadata_json;
};
/// Of an image that was there already, for who brought its file and may not read it: what the file says, and
/// what he said himself. What is stored may be another's: dynamic metadata changes under an image's hash too.
boost::json::object source_image_json_for_uploader(catalog::SourceImage image, const Brought& brought);

boost::json::object source_image_json(const catalog::SourceImage& image);
const Shape& source_image_shape();

}  // namespace rucola::api
