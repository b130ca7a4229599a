#include "render/worker/inspection/inspect.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "render/plan/cost.h"
#include "render/worker/colors/color.h"
#include "render/worker/decoding/jpeg_losses.h"
#include "render/worker/decoding/pdf_pages.h"
#include "render/worker/decoding/sniff.h"
#include "render/worker/decoding/source.h"
#include "render/worker/inspection/file_kind.h"
#include "render/worker/inspection/font_inspection.h"
#include "render/worker/inspection/image_colors.h"
#include "render/worker/inspection/survey.h"
#include "render/worker/metadata/file_metadata.h"
#include "render/worker/video/video_description.h"

namespace rucola::render::worker {
namespace {

namespace json = boost::json;
using vips::VImage;

json::object metadata_of(const VImage& image, const SourceHeader& header) {
  json::object metadata = read_file_metadata(image);
  if (header.orientation == 1) return metadata;
  json::value& exif = metadata["exif"];
  if (exif.is_null()) exif = json::object();
  exif.as_object()["orientation"] = header.orientation;
  return metadata;
}

/// What comes into the store can be rendered. Some kinds of colours libvips leaves as they are.
Result<void> check_colors(const VImage& image) {
  const VipsInterpretation found = to_srgb(image).interpretation();
  if (found == VIPS_INTERPRETATION_sRGB || found == VIPS_INTERPRETATION_B_W) return {};
  return fail(ErrorCode::unprocessable,
              "The image's colours are of a kind that can't be processed: neither RGB, CMYK, Lab nor grey.");
}

/// A drawing has no pixels to check: it is drawn once, small.
Size thumbnail_of(Size size) {
  constexpr double longest_side = 256;
  const double scale = std::min(1.0, longest_side / std::max(size.width, size.height));
  return {std::max(1, static_cast<int>(std::lround(size.width * scale))),
          std::max(1, static_cast<int>(std::lround(size.height * scale)))};
}

/// Before anything is read of it: a drawing may take any time, if only to find out how large it is; so may
/// the list of a video's pictures; and the pages of a TIFF, of which each may be a hundred bytes, are counted
/// one by one.
bool may_take_long_to_examine(std::string_view bytes) {
  constexpr std::size_t many_pages = std::size_t{25} << 20;
  const std::optional<Format> format = sniff(bytes);
  if (!format) return false;
  const bool has_tiff = *format == Format::tiff || *format == Format::eps;
  return is_drawing(*format) || is_video(*format) || (has_tiff && bytes.size() > many_pages);
}

/// Fonts, texts, documents: nothing of them is decoded. Nothing where it may be a picture.
std::optional<Result<Inspection>> inspect_without_pixels(const File& file) {
  if (const std::optional<Format> format = sniff(file.bytes)) {
    if (is_font(*format)) return inspect_font(file.bytes, *format);
    return std::nullopt;
  }
  if (const std::optional<Format> kind = kind_of_file(file))
    return Inspection{.format = *kind, .size = {0, 0}, .opaque = false};
  return std::nullopt;
}

/// Of what libjpeg warns of, most is harmless, and of what it warns of in the last lines libvips says
/// nothing.
Result<void> check_is_whole(std::string_view bytes, const SourceHeader& header) {
  if (coded_format(header) != Format::jpg || jpeg_is_whole(coded_bytes(header, bytes))) return {};
  return fail(ErrorCode::unprocessable, "The image is damaged or cut off: it can't be decoded completely.");
}

VImage still_beside(std::string_view bytes, const SourceHeader& header, Decoding decoding) {
  decoding.all_frames = false;
  return decode(bytes, header, decoding);
}

Result<Inspection> inspect_examined(std::string_view bytes, const Result<SourceHeader>& header) {
  if (!header) return std::unexpected(header.error());
  const Result<DocumentPages> pages =
      header->format == Format::pdf ? read_pdf_pages(bytes) : Result<DocumentPages>();
  if (!pages) return std::unexpected(pages.error());
  if (auto good = check_is_whole(bytes, *header); !good) return std::unexpected(good.error());
  Decoding decoding{
      .all_frames = true,
      .target = {},
      .fail_on = coded_format(*header) == Format::jpg ? VIPS_FAIL_ON_ERROR : VIPS_FAIL_ON_WARNING};
  if (is_drawing(header->format)) decoding.target = thumbnail_of(header->upright);
  // A still picture is as large as the file says, which frames beside it need not be: it has to be there
  // before memory is taken for them.
  const bool still_is_opaque =
      !header->still_is_apart || survey(still_beside(bytes, *header, decoding)).opaque;
  const VImage image = decode(bytes, *header, decoding);
  Survey seen = survey(image);
  seen.opaque = seen.opaque && still_is_opaque;
  if (auto good = check_colors(image); !good) return std::unexpected(good.error());
  Inspection inspection{.format = header->format, .size = header->upright, .frames = header->frames};
  inspection.opaque = seen.opaque && header->format != Format::svg;
  json::object metadata = metadata_of(image, *header);
  if (pages->count() > 0) metadata["pdf"] = pages->to_json();
  if (header->video) metadata["video"] = describe_video(*header->video, bytes.size());
  if (header->drawing) metadata["svg"] = header->drawing->frame().to_json();
  if (auto colors = image_colors(seen.samples); !colors.empty()) metadata["image_colors"] = std::move(colors);
  inspection.static_metadata_json = json::serialize(metadata);
  return inspection;
}

}  // namespace

Result<Inspection> inspect_source(const File& file, const protocol::Limits& limits) {
  if (auto known = inspect_without_pixels(file)) return *std::move(known);
  return inspect_examined(file.bytes, examine(file.bytes, limits, Scrutiny::complete));
}

Result<std::optional<Inspection>> inspect_source_unless_heavy(const File& file,
                                                              const protocol::Limits& limits) {
  if (auto known = inspect_without_pixels(file)) {
    if (!*known) return std::unexpected(known->error());
    return **std::move(known);
  }
  if (may_take_long_to_examine(file.bytes)) return std::nullopt;
  const Result<SourceHeader> header = examine(file.bytes, limits, Scrutiny::complete);
  if (header && cost_of_decoding(coded_format(*header), header->stored, header->frames) >= heavy_from)
    return std::nullopt;
  return inspect_examined(file.bytes, header);
}

}  // namespace rucola::render::worker
