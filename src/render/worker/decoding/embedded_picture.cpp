#include "render/worker/decoding/embedded_picture.h"

#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "render/worker/decoding/jpeg_losses.h"
#include "render/worker/decoding/source_checks.h"
#include "render/worker/decoding/vips_loading.h"
#include "render/worker/raw/raw_metadata.h"
#include "render/worker/raw/raw_preview.h"
#include "render/worker/structure/eps_preview.h"
#include "render/worker/structure/file_ending.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

std::unexpected<Error> not_shown(Format format, const std::string& why, std::string_view what_is) {
  return fail(ErrorCode::unprocessable, "The " + format_name(format) + " file can't be shown: " + why + ". " +
                                            std::string(what_is) + " (docs/formats.md).");
}

Result<EmbeddedPicture> read_raw(std::string_view bytes, Format format) {
  const auto preview = read_raw_preview(bytes, format);
  if (!preview) {
    return not_shown(
        format, preview.error(),
        "Of a camera RAW the largest JPEG inside is the picture: one of eight bits, grey or of three "
        "colours, with all of its pixels");
  }
  if (with_ending(preview->jpeg, Format::jpg) && !jpeg_is_whole(preview->jpeg))
    return damaged(format, "its preview is cut off");
  RawMetadata metadata = read_raw_metadata(bytes, format);
  return EmbeddedPicture{.format = Format::jpg,
                         .bytes = preview->jpeg,
                         .orientation = preview->orientation,
                         .exif = std::move(metadata.exif),
                         .iptc = metadata.iptc,
                         .xmp = metadata.xmp};
}

Result<EmbeddedPicture> read_eps(std::string_view bytes) {
  const auto preview = read_eps_preview(bytes);
  if (!preview) {
    return not_shown(
        Format::eps, preview.error(),
        "PostScript is a program, which nobody runs here: of an EPS the TIFF preview that its binary "
        "header names is the picture");
  }
  return EmbeddedPicture{.format = Format::tiff, .bytes = *preview};
}

/// `text`: as libvips says it, "6 (Right-top, …)". 0 is written by programs that don't know it.
bool is_orientation(std::string_view text) {
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && number >= 1 && number <= 8;
}

}  // namespace

bool is_shown_by_embedded(Format format) {
  return is_camera_raw(format) || format == Format::eps;
}

Result<EmbeddedPicture> read_embedded_picture(std::string_view bytes, Format format) {
  return format == Format::eps ? read_eps(bytes) : read_raw(bytes, format);
}

bool says_its_orientation(const EmbeddedPicture& picture) {
  if (picture.format != Format::jpg) return true;
  const VImage image = load(blob_of(picture.bytes), picture.format, loader_options(VIPS_FAIL_ON_ERROR));
  constexpr const char* field = "exif-ifd0-Orientation";
  return image.get_typeof(field) != 0 && is_orientation(image.get_string(field));
}

VImage with_what_the_file_says(const VImage& image, const SourceHeader& header) {
  const EmbeddedPicture& picture = *header.embedded;
  VImage described = image.copy();
  const std::array blocks{std::pair{VIPS_META_EXIF_NAME, std::string_view(picture.exif)},
                          std::pair{VIPS_META_IPTC_NAME, picture.iptc},
                          std::pair{VIPS_META_XMP_NAME, picture.xmp}};
  for (const auto& [name, block] : blocks) {
    if (!block.empty()) vips_image_set_blob_copy(described.get_image(), name, block.data(), block.size());
  }
  described.set(VIPS_META_ORIENTATION, header.orientation);  // last: libvips reads it out of EXIF that is set
  return described;
}

}  // namespace rucola::render::worker
