#include "api/source_image_json.h"

#include <limits>

#include "catalog/stored_json.h"

namespace rucola::api {

std::string source_image_link(const catalog::SourceImage& image) {
  return "/sourceimages/" + image.organization + "/" + image.hash;
}

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
          {"link", source_image_link(image)},
          {"dynamic_metadata", catalog::stored_metadata(image, image.dynamic_metadata_json)},
          {"user_metadata", catalog::stored_metadata(image, image.user_metadata_json)},
          {"static_metadata", catalog::stored_metadata(image, image.static_metadata_json)},
          {"deleted", image.deleted.has_value()},
          {"opaque", image.opaque},
          {"animated", image.frames > 1},
          {"protected", image.is_protected},
          {"locked", image.locked}};
}

boost::json::object source_image_json_for_uploader(catalog::SourceImage image, const Brought& brought) {
  image.name = brought.filename;
  image.dynamic_metadata_json = brought.dynamic_metadata_json;
  image.user_metadata_json = "{}";
  return source_image_json(image);
}

const Shape& source_image_shape() {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  static const Shape shape{
      "SourceImage",
      {{"hash", full_hash(), "Its identity: of the file, the dynamic metadata and whether it is protected."},
       {"short_hash", hash_or_prefix(), "The shortest beginning of it that is unique in the organization."},
       {"binary_hash", sha1(), "Of the file alone."},
       {"created", time_of_day(), "When it was uploaded."},
       {"name", text(255), "The file's name, for people."},
       {"mimetype", text(255), "Of the file."},
       {"format", text(16), "As a file extension: jpg, png, docx …"},
       {"size", integer(0, most), "Bytes of the file."},
       {"width", integer(0, most), "Pixels, upright; 0 of what is no picture."},
       {"height", integer(0, most), "Pixels of one frame, upright; 0 of what is no picture."},
       {"organization", organization_name(), "Its owner."},
       {"link", text(1024), "Its path in this API."},
       {"dynamic_metadata", object(), "Areas and the like, which renders may look at; part of the identity."},
       {"user_metadata", object(), "What its owner says of it."},
       {"static_metadata", object(), "What the file says of itself."},
       {"deleted", flag(), "Deleted images can be restored."},
       {"opaque", flag(), "Has it no transparency?"},
       {"animated", flag(), "Has it several frames?"},
       {"protected", flag(), "Renders need a signed URL."},
       {"locked", flag(), "It can't be deleted."}}};
  return shape;
}

}  // namespace rucola::api
