#include "api/source_image_json.h"

#include "base/json.h"
#include "catalog/damaged_rows.h"

namespace rucola::api {
namespace {

/// Stored metadata was valid JSON when it was written; should a row be damaged, the object still shows.
boost::json::value stored(const catalog::SourceImage& image, const std::string& text) {
  if (auto value = parse_json(text)) return *std::move(value);
  catalog::report_damaged_row("images", image.organization + "/" + image.hash, "Its metadata can't be read.");
  return boost::json::object{};
}

}  // namespace

boost::json::object source_image_json(const catalog::SourceImage& image) {
  return {{"hash", image.hash},
          {"short_hash", image.short_hash},
          {"binary_hash", image.binary_hash},
          {"created", format_rfc3339(image.created)},
          {"name", image.name},
          {"mimetype", image.mimetype},
          {"format", image.format},
          {"size", image.bytes},
          {"width", image.width},
          {"height", image.height},
          {"organization", image.organization},
          {"link", "/sourceimages/" + image.organization + "/" + image.hash},
          {"dynamic_metadata", stored(image, image.dynamic_metadata_json)},
          {"user_metadata", stored(image, image.user_metadata_json)},
          {"static_metadata", stored(image, image.static_metadata_json)},
          {"deleted", image.deleted.has_value()},
          {"opaque", image.opaque},
          {"animated", image.frames > 1},
          {"protected", image.is_protected},
          {"locked", image.locked}};
}

}  // namespace rucola::api
