#include "render/worker/decoding/source.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "render/worker/colors/source_colors.h"
#include "render/worker/decoding/avif_source.h"
#include "render/worker/decoding/bitmap_source.h"
#include "render/worker/decoding/embedded_picture.h"
#include "render/worker/decoding/gif_source.h"
#include "render/worker/decoding/jpeg_losses.h"
#include "render/worker/decoding/jxl_animation.h"
#include "render/worker/decoding/pdf_source.h"
#include "render/worker/decoding/png_source.h"
#include "render/worker/decoding/sniff.h"
#include "render/worker/decoding/source_checks.h"
#include "render/worker/decoding/svg_drawable.h"
#include "render/worker/decoding/video_source.h"
#include "render/worker/decoding/vips_loading.h"
#include "render/worker/structure/eps_preview.h"
#include "render/worker/structure/file_ending.h"
#include "render/worker/structure/file_structure.h"
#include "render/worker/structure/png_texts.h"
#include "render/worker/svg/svg_policy.h"
#include "render/worker/svg/svg_text.h"
#include "render/worker/video/video_still.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// What libvips is to read: the file, or a copy with the end that it lacks, or without the texts that are too
/// many.
OwnedBlob readable(std::string_view bytes, Format format) {
  std::optional<std::string> mended =
      format == Format::png ? png_with_fewer_texts(bytes) : with_ending(bytes, format);
  return mended ? blob_with(*std::move(mended)) : blob_of(bytes);
}

/// What ends between two scans is a sketch of a picture that libjpeg finds no fault with.
Result<void> check_jpg_end(std::string_view bytes) {
  if (!with_ending(bytes, Format::jpg) || jpeg_is_whole(bytes)) return {};
  return damaged(Format::jpg, "it is cut off");
}

/// Read once: what draws it has all that its header says.
Result<SourceHeader> read_svg(std::string_view bytes, const protocol::Limits& limits) {
  const auto readable = readable_svg(bytes);
  if (!readable) return std::unexpected(readable.error());
  const std::string_view text = *readable ? std::string_view(**readable) : bytes;
  if (auto verdict = check_svg(text); !verdict)
    return fail(ErrorCode::unprocessable, "The SVG " + verdict.error() + ".");
  const auto drawable = drawable_svg(text, limits);
  if (!drawable) return std::unexpected(drawable.error());
  auto drawing = SvgDrawing::read(*drawable ? std::string_view(**drawable) : text);
  if (!drawing) return std::unexpected(drawing.error());
  const Size size = whole((*drawing)->frame().natural_size());
  return SourceHeader{.format = Format::svg, .stored = size, .upright = size, .drawing = *std::move(drawing)};
}

/// Before libvips sees the file.
Result<void> check_structure(std::string_view bytes, Format format, const protocol::Limits& limits,
                             Scrutiny scrutiny) {
  const bool complete = scrutiny == Scrutiny::complete;
  switch (format) {
    case Format::jpg:
      return check_jpg_end(bytes);
    case Format::gif:
      return check_gif(bytes, limits, scrutiny);
    case Format::png:
      return check_png(bytes, limits, scrutiny);
    case Format::pdf:
      if (complete && !pdf_is_complete(bytes)) return damaged(format, "it is cut off");
      return {};
    case Format::webp:
      if (complete && !webp_is_complete(bytes)) return damaged(format, "it is cut off");
      return {};
    default:
      return {};
  }
}

/// What reads a format, where libvips may have been built without it.
constexpr std::string_view optional_loader(Format format) {
  switch (format) {
    case Format::jxl:
      return "VipsForeignLoadJxlBuffer";
    case Format::jp2:
      return "VipsForeignLoadJp2kBuffer";
    case Format::pdf:
      return "VipsForeignLoadPdfBuffer";
    default:
      return {};
  }
}

Size stored_target(const SourceHeader& header, Size target) {
  if (swaps_sides(header.orientation)) return {target.height, target.width};
  return target;
}

/// By how much both sides shrink at least on the way to the target.
double common_shrink(const SourceHeader& header, const Decoding& decoding) {
  if (!decoding.target) return 1;
  const Size target = stored_target(header, *decoding.target);
  return std::min(static_cast<double>(header.stored.width) / target.width,
                  static_cast<double>(header.stored.height) / target.height);
}

/// What the decoder's own filter, which is a simple one, leaves is up to the real one. Where that would be
/// next to nothing there are false patterns in the picture, so the decoder goes a step less far.
int jpeg_shrink_for_the_filter(double shrink) {
  for (const int possible : {8, 4, 2}) {
    if (shrink >= possible + 1) return possible;
    if (shrink >= possible) return possible / 2;
  }
  return 1;
}

/// What does not fill one of the decoder's smaller pixels is left out, at the right and at the bottom: in the
/// file the block goes on with whatever its writer had, which may be what its owner cut off. On a side of few
/// pixels that would be seen.
int jpeg_shrink(double shrink, Size size) {
  constexpr int fewest = 64;
  const int side = std::min(size.width, size.height);
  int possible = jpeg_shrink_for_the_filter(shrink);
  while (possible > 1 && side < possible * fewest)
    possible /= 2;
  return possible;
}

/// Whole ones: others are worse, and no faster.
int webp_shrink(double shrink) {
  constexpr double left_to_the_filter = 2;
  return std::max(1, static_cast<int>(shrink / left_to_the_filter));
}

/// `still`: as libvips reads it. Who wants to hear of warnings has it look at all checksums.
VImage decode_png(std::string_view bytes, const VImage& still, bool moves, VipsFailOn fail_on) {
  if (moves) return decode_apng(bytes, still, fail_on);
  return fail_on < VIPS_FAIL_ON_WARNING ? read_quickly(bytes, still) : still;
}

bool is_animation_format(Format format) {
  return format == Format::gif || format == Format::webp;
}

/// No reader of a JPEG's header asks for the end of the file.
OwnedBlob header_blob(std::string_view bytes, Format format) {
  return format == Format::jpg ? blob_of(bytes) : readable(bytes, format);
}

Size upright_size(const SourceHeader& header) {
  return swaps_sides(header.orientation) ? Size{header.stored.height, header.stored.width} : header.stored;
}

/// By libvips.
Result<SourceHeader> read_picture_header(std::string_view bytes, Format format, std::int32_t page) {
  const std::optional<GifWithGaps> gaps = format == Format::gif ? gaps_of(bytes) : std::nullopt;
  vips::VOption* options = loader_options(VIPS_FAIL_ON_ERROR);
  if (format == Format::tiff) options->set("page", page - 1);
  const VImage image = load(gaps ? blob_with(gaps->bytes) : header_blob(bytes, format), format, options);
  SourceHeader header{
      .format = format, .stored = {image.width(), image.height()}, .upright = {}, .page = page};
  if (is_animation_format(format)) header.frames = std::max(1, integer_field(image, VIPS_META_N_PAGES, 1));
  if (gaps) header.frames = static_cast<std::int32_t>(gaps->pages.size());
  const int orientation = integer_field(image, VIPS_META_ORIENTATION, 1);
  if (orientation >= 1 && orientation <= 8) header.orientation = orientation;
  header.upright = upright_size(header);
  return header;
}

/// What moves is looked at first: libvips goes through all of the frames, however many there are.
Result<SourceHeader> read_jxl_header(std::string_view bytes, std::int32_t page,
                                     const protocol::Limits& limits) {
  auto animation = read_jxl_animation(bytes, limits);
  if (!animation) return std::unexpected(animation.error());
  Result<SourceHeader> header = read_picture_header(bytes, Format::jxl, page);
  if (!header || !*animation) return header;
  header->frames = static_cast<std::int32_t>((*animation)->delays_ms.size());
  header->jxl = *std::move(animation);
  return header;
}

Result<SourceHeader> read_header(std::string_view bytes, Format format, std::int32_t page,
                                 const protocol::Limits& limits, Scrutiny scrutiny) {
  if (format == Format::pdf) return read_pdf_header(bytes, page);
  if (format == Format::svg) return read_svg(bytes, limits);
  if (is_video(format)) return read_video_header(bytes, format, limits, scrutiny);
  if (is_read_here(format)) return read_bitmap_header(bytes, format, limits, scrutiny);
  if (format == Format::jxl) return read_jxl_header(bytes, page, limits);
  if (format == Format::avif) {
    if (auto sequence = read_sequence_header(bytes, limits)) return *std::move(sequence);
  }
  Result<SourceHeader> header = read_picture_header(bytes, format, page);
  if (header && format == Format::png) add_frames(bytes, limits, *header);
  return header;
}

/// Of no kind that is taken.
std::unexpected<Error> unknown(std::string_view bytes) {
  const std::string what =
      is_postscript(bytes) ? "it is PostScript, a program that nobody runs here, and without the header "
                             "and the TIFF preview of a binary EPS there is nothing else to show. Taken are "
                           : "its first bytes are of none of ";
  return fail(ErrorCode::unprocessable,
              "The file is not an image that can be processed: " + what + std::string(source_format_names) +
                  ". Nor is it one of the files that are taken besides: " + names_of(mere_files()) + ".");
}

Result<SourceHeader> examine_format(std::string_view bytes, Format format, const protocol::Limits& limits,
                                    Scrutiny scrutiny, std::int32_t page) {
  if (auto good = check_structure(bytes, format, limits, scrutiny); !good)
    return std::unexpected(good.error());
  return read_header(bytes, format, page, limits, scrutiny);
}

Result<SourceHeader> examine_embedded(std::string_view bytes, Format format, const protocol::Limits& limits,
                                      Scrutiny scrutiny) {
  Result<EmbeddedPicture> picture = read_embedded_picture(bytes, format);
  if (!picture) return std::unexpected(picture.error());
  Result<SourceHeader> header = examine_format(picture->bytes, picture->format, limits, scrutiny, 1);
  if (!header) return header;
  header->format = format;
  if (!says_its_orientation(*picture)) header->orientation = picture->orientation;
  header->upright = upright_size(*header);
  header->embedded = std::make_shared<const EmbeddedPicture>(*std::move(picture));
  return header;
}

Result<SourceHeader> examine_as(std::string_view bytes, Format format, const protocol::Limits& limits,
                                Scrutiny scrutiny, std::int32_t page) {
  Result<SourceHeader> header = is_shown_by_embedded(format)
                                    ? examine_embedded(bytes, format, limits, scrutiny)
                                    : examine_format(bytes, format, limits, scrutiny, page);
  if (!header) return header;
  if (auto good = check_pixels(header->stored.width, header->stored.height, header->frames, limits); !good) {
    return std::unexpected(good.error());
  }
  return header;
}

}  // namespace

Result<void> check_readable(Format format) {
  const std::string_view loader = optional_loader(format);
  if (loader.empty() || g_type_from_name(loader.data()) != 0) return {};
  return fail(ErrorCode::unsupported_media_type,
              "This machine's libvips reads no " + format_name(format) +
                  "; libvips with that format would have to be installed.");
}

bool swaps_sides(std::int32_t orientation) {
  return orientation >= 5;
}

Result<SourceHeader> examine(std::string_view bytes, const protocol::Limits& limits, Scrutiny scrutiny,
                             std::int32_t page) {
  const std::optional<Format> format = sniff(bytes);
  if (!format) return unknown(bytes);
  if (auto good = check_readable(*format); !good) return std::unexpected(good.error());
  if (is_font(*format)) {
    return fail(ErrorCode::unsupported_media_type,
                "The file is a font: the operation \"text\" writes with it, but it is no picture.");
  }
  return examine_as(bytes, *format, limits, scrutiny, page);
}

namespace {

/// Where its first frame goes over the edge.
bool is_gif_that_was_cut(const SourceHeader& header, std::string_view bytes, Size upright) {
  const bool is_part = upright.width <= header.stored.width && upright.height <= header.stored.height;
  return header.format == Format::gif && is_part && upright != header.stored && gaps_of(bytes).has_value();
}

}  // namespace

Result<SourceHeader> examine_stored(std::string_view bytes, Size upright, const protocol::Limits& limits,
                                    std::int32_t page) {
  Result<SourceHeader> header = examine(bytes, limits, Scrutiny::limits, page);
  if (header && is_gif_that_was_cut(*header, bytes, upright)) header->stored = header->upright = upright;
  const std::optional<Format> format = sniff(bytes);
  if (!format || !is_camera_raw(*format) || (header && header->upright == upright)) return header;
  Result<SourceHeader> as_tiff = examine_as(bytes, Format::tiff, limits, Scrutiny::limits, page);
  if (as_tiff && as_tiff->upright == upright) return as_tiff;
  return header;
}

Format coded_format(const SourceHeader& header) {
  return header.embedded ? header.embedded->format : header.format;
}

std::string_view coded_bytes(const SourceHeader& header, std::string_view bytes) {
  return header.embedded ? header.embedded->bytes : bytes;
}

int shrink_on_load(const SourceHeader& header, const Decoding& decoding) {
  const double shrink = common_shrink(header, decoding);
  const Format format = coded_format(header);
  if (format == Format::jpg) return jpeg_shrink(shrink, header.stored);
  return format == Format::webp ? webp_shrink(shrink) : 1;
}

VImage decode(std::string_view bytes, const SourceHeader& header, const Decoding& decoding) {
  if (header.format == Format::pdf) return decode_pdf(bytes, header, decoding);
  if (header.video) return still_of(*header.video, decoding.timestamp);
  if (header.drawing) return SvgDrawing::draw(header.drawing, decoding.target.value_or(header.stored));
  if (header.sequence) return decode_sequence(bytes, header, decoding);
  if (header.bitmap) return decode_bitmap(header, decoding.fail_on);
  if (header.format == Format::gif) {
    if (const auto gaps = gaps_of(bytes)) return decode_gif_with_gaps(*gaps, header.stored, decoding);
  }
  const Format format = coded_format(header);
  const std::string_view coded = coded_bytes(header, bytes);
  const bool moves = decoding.all_frames && header.frames > 1;
  vips::VOption* options = loader_options(decoding.fail_on);
  if (moves && (is_animation_format(format) || header.jxl)) options->set("n", -1);
  const int shrink = shrink_on_load(header, decoding);
  if (format == Format::tiff) options->set("page", header.page - 1);
  // Many warnings don't make an error: they were looked at when the file came.
  if (format == Format::jpg) options->set("shrink", shrink)->set("unlimited", TRUE);
  if (format == Format::webp && shrink > 1) options->set("scale", 1.0 / shrink);
  VImage image = load(readable(coded, format), format, options);
  if (format == Format::png) image = decode_png(coded, image, moves, decoding.fail_on);
  if (moves && header.jxl) image = with_timing(image, *header.jxl);
  image = as_meant(image, coded, format, header.page);
  return header.embedded ? with_what_the_file_says(image, header) : image;
}

}  // namespace rucola::render::worker
