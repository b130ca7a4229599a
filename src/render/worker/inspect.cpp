#include "render/worker/inspect.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "render/plan/cost.h"
#include "render/worker/color.h"
#include "render/worker/font_inspection.h"
#include "render/worker/pdf_pages.h"
#include "render/worker/sniff.h"
#include "render/worker/source.h"

namespace rucola::render::worker {
namespace {

namespace json = boost::json;
using vips::VImage;

struct ExifField {
  const char* vips_name;
  const char* name;
};

constexpr std::array exif_fields{
    ExifField{"exif-ifd0-Make", "make"},
    ExifField{"exif-ifd0-Model", "model"},
    ExifField{"exif-ifd2-DateTimeOriginal", "date_time_original"},
    ExifField{"exif-ifd0-DateTime", "date_time"},
};

/// libvips writes `Canon (Canon, ASCII, 6 components, 6 bytes)`. What a camera wrote may be any bytes: only
/// printable ASCII is kept, and not much of it.
std::string exif_text(const char* raw) {
  constexpr std::size_t most = 100;
  std::string_view text(raw);
  text = text.substr(0, text.rfind(" ("));
  std::string result;
  for (const char c : text.substr(0, most)) {
    if (c >= ' ' && c <= '~') result += c;
  }
  return result;
}

std::string metadata_json(const VImage& image, const SourceHeader& header, const DocumentPages& pages) {
  json::object exif;
  if (header.orientation != 1) exif["orientation"] = header.orientation;
  for (const ExifField& field : exif_fields) {
    if (image.get_typeof(field.vips_name) == 0) continue;
    const char* raw = image.get_string(field.vips_name);
    if (const std::string text = exif_text(raw); !text.empty()) exif[field.name] = text;
  }
  json::object metadata;
  if (pages.count() > 0) metadata["pdf"] = pages.to_json();
  if (!exif.empty()) metadata["exif"] = std::move(exif);
  return json::serialize(metadata);
}

double highest_alpha(const VImage& image) {
  if (image.format() == VIPS_FORMAT_FLOAT || image.format() == VIPS_FORMAT_DOUBLE) return 1;
  return image.format() == VIPS_FORMAT_USHORT ? 65535 : 255;
}

/// Decodes everything. An average looks at every pixel, while a minimum may stop at the first zero and never
/// notice that the rest of the file is missing.
bool decode_all_and_see_whether_opaque(const VImage& image) {
  if (!image.has_alpha()) {
    image.avg();
    return true;
  }
  return image.extract_band(image.bands() - 1).avg() >= highest_alpha(image);
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

/// Before anything is read of it: a drawing may take any time, if only to find out how large it is, and the
/// pages of a TIFF, of which each may be a hundred bytes, are counted one by one.
bool may_take_long_to_examine(std::string_view bytes) {
  constexpr std::size_t many_pages = std::size_t{25} << 20;
  const std::optional<Format> format = sniff(bytes);
  if (!format) return false;
  return is_drawing(*format) || (*format == Format::tiff && bytes.size() > many_pages);
}

Result<Inspection> inspect_examined(std::string_view bytes, const Result<SourceHeader>& header) {
  if (!header) return std::unexpected(header.error());
  const Result<DocumentPages> pages =
      header->format == Format::pdf ? read_pdf_pages(bytes) : Result<DocumentPages>();
  if (!pages) return std::unexpected(pages.error());
  Decoding decoding{.all_frames = true, .target = {}, .fail_on = VIPS_FAIL_ON_WARNING};
  if (is_drawing(header->format)) decoding.target = thumbnail_of(header->upright);
  const VImage image = decode(bytes, *header, decoding);
  if (auto good = check_colors(image); !good) return std::unexpected(good.error());
  Inspection inspection{.format = header->format, .size = header->upright, .frames = header->frames};
  inspection.opaque = decode_all_and_see_whether_opaque(image) && header->format != Format::svg;
  inspection.static_metadata_json = metadata_json(image, *header, *pages);
  return inspection;
}

}  // namespace

Result<Inspection> inspect_source(std::string_view bytes, const protocol::Limits& limits) {
  if (const auto format = sniff(bytes); format && is_font(*format)) return inspect_font(bytes, *format);
  return inspect_examined(bytes, examine(bytes, limits, Scrutiny::complete));
}

Result<std::optional<Inspection>> inspect_source_unless_heavy(std::string_view bytes,
                                                              const protocol::Limits& limits) {
  if (const auto format = sniff(bytes); format && is_font(*format)) return inspect_font(bytes, *format);
  if (may_take_long_to_examine(bytes)) return std::nullopt;
  const Result<SourceHeader> header = examine(bytes, limits, Scrutiny::complete);
  if (header && cost_of_decoding(header->format, header->stored, header->frames) >= heavy_from)
    return std::nullopt;
  return inspect_examined(bytes, header);
}

}  // namespace rucola::render::worker
