#include "delivery/look_up/stored_image.h"

#include <optional>
#include <string>

#include <boost/json/serialize.hpp>

#include "catalog/stored_json.h"
#include "catalog/user_metadata.h"

namespace rucola::delivery {
namespace {

render::DocumentPages pages_of(const catalog::SourceImage& image) {
  if (image.format != "pdf") return {};
  auto pages = render::DocumentPages::parse(catalog::readable_metadata(image, image.static_metadata_json));
  if (pages.count() == 0) catalog::damaged_image(image, "The pages of the document can't be read.");
  return pages;
}

std::optional<render::DrawingFrame> frame_of(const catalog::SourceImage& image) {
  if (image.format != "svg") return std::nullopt;
  return render::DrawingFrame::parse(catalog::readable_metadata(image, image.static_metadata_json));
}

std::optional<render::VideoLength> length_of(const catalog::SourceImage& image, render::Format format) {
  if (!render::is_video(format)) return std::nullopt;
  return render::VideoLength::parse(catalog::readable_metadata(image, image.static_metadata_json));
}

std::optional<render::Format> format_of(const catalog::SourceImage& image) {
  const std::optional<render::Format> format = render::parse_format(image.format);
  if (!format) catalog::damaged_image(image, "Its format, \"" + image.format + "\", is not known.");
  return format;
}

/// As expressions read it: a field with a type by its name alone, too.
std::string user_metadata_of(const catalog::SourceImage& image) {
  if (image.user_metadata_json == "{}") return image.user_metadata_json;
  return boost::json::serialize(
      catalog::with_bare_names(catalog::stored_metadata(image, image.user_metadata_json)));
}

}  // namespace

Result<render::SourceFacts> facts_of(const catalog::SourceImage& image) {
  const std::optional<render::Format> format = format_of(image);
  if (!format) {
    return fail(ErrorCode::internal,
                "What the server knows of the image is damaged; the server's log says more.");
  }
  return render::SourceFacts{
      .sha256 = image.blob,
      .bytes = image.bytes,
      .format = *format,
      .size = {image.width, image.height},
      .frames = image.frames,
      .opaque = image.opaque,
      .pages = pages_of(image),
      .frame = frame_of(image),
      .length = length_of(image, *format),
      .hash = image.hash,
      .user_metadata_json = user_metadata_of(image),
      .dynamic_metadata_json = std::string(catalog::readable_metadata(image, image.dynamic_metadata_json))};
}

bool may_be_active(const catalog::SourceImage& image) {
  const std::optional<render::Format> format = format_of(image);
  return !format || *format == render::Format::svg || render::is_mere_file(*format);
}

}  // namespace rucola::delivery
