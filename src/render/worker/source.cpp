#include "render/worker/source.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "render/worker/file_ending.h"
#include "render/worker/file_structure.h"
#include "render/worker/files.h"
#include "render/worker/gif_gaps.h"
#include "render/worker/gif_structure.h"
#include "render/worker/jpeg_losses.h"
#include "render/worker/pdf_pages.h"
#include "render/worker/sniff.h"
#include "render/worker/source_colors.h"
#include "render/worker/svg_drawable.h"
#include "render/worker/svg_policy.h"
#include "render/worker/svg_text.h"
#include "render/worker/vips_blob.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// All of an interlaced PNG lies in memory before its first line is known: 560 KB became 689 MB.
constexpr std::int64_t interlaced_png_pixels = 40'000'000;

/// libvips' view of bytes that somebody else owns.
OwnedBlob blob_of(std::string_view bytes) {
  return OwnedBlob(vips_blob_new(nullptr, bytes.data(), bytes.size()));
}

OwnedBlob blob_with(const std::string& bytes) {
  return OwnedBlob(vips_blob_copy(bytes.data(), bytes.size()));
}

/// What libvips is to read: the file, or a copy with the end that it lacks.
OwnedBlob readable(std::string_view bytes, Format format) {
  const std::optional<std::string> mended = with_ending(bytes, format);
  return mended ? blob_with(*mended) : blob_of(bytes);
}

std::string format_name(Format format) {
  std::string name(name_of(format));
  for (char& c : name)
    c = static_cast<char>(c - 'a' + 'A');
  return name;
}

std::unexpected<Error> damaged(Format format, const std::string& how) {
  return fail(ErrorCode::unprocessable, "The " + format_name(format) + " file is damaged: " + how + ".");
}

std::unexpected<Error> too_large(const std::string& what, std::int64_t limit, const std::string& setting) {
  return fail(ErrorCode::payload_too_large, "The image is too large: " + what + "; at most " +
                                                std::to_string(limit) + " are allowed (" + setting + ").");
}

Result<void> check_pixels(std::int64_t width, std::int64_t height, std::int64_t frames,
                          const protocol::Limits& limits) {
  if (frames > limits.source_frames) {
    return too_large("it has more than " + std::to_string(limits.source_frames) + " frames",
                     limits.source_frames, "setting render.max_source_frames");
  }
  // Both factors fit into 32 bits, so a division can't overflow where the product might.
  if (width > 0 && height > 0 && height > limits.source_pixels / width / std::max<std::int64_t>(frames, 1)) {
    return too_large(std::to_string(width) + " × " + std::to_string(height) + " pixels" +
                         (frames > 1 ? " × " + std::to_string(frames) + " frames" : ""),
                     limits.source_pixels, "setting render.max_source_pixels");
  }
  return {};
}

/// What ends between two scans is a sketch of a picture that libjpeg finds no fault with.
Result<void> check_jpg_end(std::string_view bytes) {
  if (!with_ending(bytes, Format::jpg) || jpeg_is_whole(bytes)) return {};
  return damaged(Format::jpg, "it is cut off");
}

Result<void> check_gif(std::string_view bytes, const protocol::Limits& limits, Scrutiny scrutiny) {
  const auto gif = read_gif_structure(bytes, static_cast<std::size_t>(limits.source_frames));
  if (gif)
    return check_pixels(gif->width, gif->height, static_cast<std::int64_t>(gif->frames.size()), limits);
  if (scrutiny == Scrutiny::complete) return damaged(Format::gif, gif.error());
  return {};
}

Result<void> check_png(std::string_view bytes, const protocol::Limits& limits, Scrutiny scrutiny) {
  const auto png = read_png_structure(bytes);
  if (!png) {
    if (scrutiny == Scrutiny::complete) return damaged(Format::png, png.error());
    return {};
  }
  if (png->interlaced && png->height > 0 && png->width > interlaced_png_pixels / png->height) {
    return too_large("an interlaced PNG of " + std::to_string(png->width) + " × " +
                         std::to_string(png->height) + " pixels",
                     interlaced_png_pixels, "for interlaced PNG, whose pixels are all decoded at once");
  }
  return check_pixels(png->width, png->height, 1, limits);
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

/// libvips' options that all loaders share.
vips::VOption* loader_options(const Decoding& decoding) {
  return VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL)->set("fail_on", decoding.fail_on);
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
int jpeg_shrink(double shrink) {
  for (const int possible : {8, 4, 2}) {
    if (shrink >= possible + 1) return possible;
    if (shrink >= possible) return possible / 2;
  }
  return 1;
}

/// Whole ones: others are worse, and no faster.
int webp_shrink(double shrink) {
  constexpr double left_to_the_filter = 2;
  return std::max(1, static_cast<int>(shrink / left_to_the_filter));
}

VImage load(const OwnedBlob& blob, Format format, vips::VOption* options) {
  switch (format) {
    case Format::jpg:
      return VImage::jpegload_buffer(blob.get(), options);
    case Format::png:
      return VImage::pngload_buffer(blob.get(), options);
    case Format::webp:
      return VImage::webpload_buffer(blob.get(), options);
    case Format::avif:
    case Format::heif:
      return VImage::heifload_buffer(blob.get(), options);
    case Format::gif:
      return VImage::gifload_buffer(blob.get(), options);
    case Format::tiff:
      return VImage::tiffload_buffer(blob.get(), options);
    case Format::jxl:
      return VImage::jxlload_buffer(blob.get(), options);
    case Format::jp2:
      return VImage::jp2kload_buffer(blob.get(), options);
    case Format::pdf:
      return VImage::pdfload_buffer(blob.get(), options);
    default:
      delete options;
      throw vips::VError("no loader for this format");
  }
}

int integer_field(const VImage& image, const char* name, int otherwise) {
  return image.get_typeof(name) == G_TYPE_INT ? image.get_int(name) : otherwise;
}

bool is_animation_format(Format format) {
  return format == Format::gif || format == Format::webp;
}

/// Page `page`, from 1, of a PDF at `dpi`.
VImage load_page(std::string_view bytes, std::int32_t page, double dpi, const Decoding& decoding) {
  return load(blob_of(bytes), Format::pdf, loader_options(decoding)->set("page", page - 1)->set("dpi", dpi));
}

Result<SourceHeader> read_pdf_header(std::string_view bytes, std::int32_t page) {
  const Result<Size> size = read_pdf_page_size(bytes, page);
  if (!size) return std::unexpected(size.error());
  return SourceHeader{.format = Format::pdf, .stored = *size, .upright = *size, .page = page};
}

/// No reader of a JPEG's header asks for the end of the file.
OwnedBlob header_blob(std::string_view bytes, Format format) {
  return format == Format::jpg ? blob_of(bytes) : readable(bytes, format);
}

std::optional<GifWithGaps> gaps_of(std::string_view bytes) {
  const auto gif = read_gif_structure(bytes, std::numeric_limits<std::size_t>::max());
  return gif ? with_gaps(bytes, *gif) : std::nullopt;
}

Result<SourceHeader> read_header(std::string_view bytes, Format format, std::int32_t page,
                                 const protocol::Limits& limits) {
  if (format == Format::pdf) return read_pdf_header(bytes, page);
  if (format == Format::svg) return read_svg(bytes, limits);
  const std::optional<GifWithGaps> gaps = format == Format::gif ? gaps_of(bytes) : std::nullopt;
  vips::VOption* options = loader_options({});
  if (format == Format::tiff) options->set("page", page - 1);
  const VImage image = load(gaps ? blob_with(gaps->bytes) : header_blob(bytes, format), format, options);
  SourceHeader header{
      .format = format, .stored = {image.width(), image.height()}, .upright = {}, .page = page};
  if (is_animation_format(format)) header.frames = std::max(1, integer_field(image, VIPS_META_N_PAGES, 1));
  if (gaps) header.frames = static_cast<std::int32_t>(gaps->pages.size());
  const int orientation = integer_field(image, VIPS_META_ORIENTATION, 1);
  if (orientation >= 1 && orientation <= 8) header.orientation = orientation;
  header.upright =
      swaps_sides(header.orientation) ? Size{header.stored.height, header.stored.width} : header.stored;
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
  if (!format) {
    return fail(ErrorCode::unprocessable,
                "The file is not an image that can be processed: its first bytes are of none of " +
                    std::string(source_format_names) + ". Nor is it one of the files that are taken " +
                    "besides: " + names_of(mere_files()) + ".");
  }
  if (auto good = check_readable(*format); !good) return std::unexpected(good.error());
  if (is_font(*format)) {
    return fail(ErrorCode::unsupported_media_type,
                "The file is a font: the operation \"text\" writes with it, but it is no picture.");
  }
  if (auto good = check_structure(bytes, *format, limits, scrutiny); !good)
    return std::unexpected(good.error());
  Result<SourceHeader> header = read_header(bytes, *format, page, limits);
  if (!header) return header;
  if (auto good = check_pixels(header->stored.width, header->stored.height, header->frames, limits); !good) {
    return std::unexpected(good.error());
  }
  return header;
}

namespace {

/// On white paper. By the page's size as the file has it, not as a number of pixels: one of them more would
/// have to be resized away, and edges were blurred.
VImage decode_pdf(std::string_view bytes, const SourceHeader& header, const Decoding& decoding) {
  constexpr double points_per_inch = 72;
  constexpr double hundredths = 100;
  const Result<Size> page = read_pdf_page_points(bytes, header.page);
  if (!page) throw Refused(page.error());
  const Size target = decoding.target.value_or(header.stored);
  const double scale = hundredths * std::max(static_cast<double>(target.width) / page->width,
                                             static_cast<double>(target.height) / page->height);
  return load_page(bytes, header.page, points_per_inch * scale, decoding).flatten();
}

/// Where there is only one page, it has no height of its own.
void set_timing(VImage& image, const VImage& file, const std::vector<std::int32_t>& pages, int page_height) {
  image.set(VIPS_META_PAGE_HEIGHT, page_height);
  if (file.get_typeof("delay") == 0) return;
  const std::vector<int> delays = file.get_array_int("delay");
  std::vector<int> kept;
  kept.reserve(pages.size());
  for (const std::int32_t page : pages)
    kept.push_back(delays.at(static_cast<std::size_t>(page)));
  image.set("delay", kept);
}

/// Its own frames, without those that were added.
VImage decode_gif_with_gaps(const GifWithGaps& gif, const Decoding& decoding) {
  const OwnedBlob blob = blob_with(gif.bytes);
  if (!decoding.all_frames || gif.pages.size() == 1)
    return load(blob, Format::gif, loader_options(decoding)->set("page", gif.pages.front()));
  const VImage file = load(blob, Format::gif, loader_options(decoding)->set("n", -1));
  const int height = file.get_int(VIPS_META_PAGE_HEIGHT);
  std::vector<VImage> frames;
  frames.reserve(gif.pages.size());
  for (const std::int32_t page : gif.pages)
    frames.push_back(file.extract_area(0, page * height, file.width(), height));
  VImage joined = VImage::arrayjoin(frames, VImage::option()->set("across", 1)).copy();
  set_timing(joined, file, gif.pages, height);
  return joined;
}

}  // namespace

int shrink_on_load(const SourceHeader& header, const Decoding& decoding) {
  const double shrink = common_shrink(header, decoding);
  if (header.format == Format::jpg) return jpeg_shrink(shrink);
  return header.format == Format::webp ? webp_shrink(shrink) : 1;
}

VImage decode(std::string_view bytes, const SourceHeader& header, const Decoding& decoding) {
  if (header.format == Format::pdf) return decode_pdf(bytes, header, decoding);
  if (header.drawing) return SvgDrawing::draw(header.drawing, decoding.target.value_or(header.stored));
  if (header.format == Format::gif) {
    if (const auto gaps = gaps_of(bytes)) return decode_gif_with_gaps(*gaps, decoding);
  }
  vips::VOption* options = loader_options(decoding);
  if (decoding.all_frames && header.frames > 1) options->set("n", -1);
  const int shrink = shrink_on_load(header, decoding);
  if (header.format == Format::tiff) options->set("page", header.page - 1);
  // Many warnings don't make an error: they were looked at when the file came.
  if (header.format == Format::jpg) options->set("shrink", shrink)->set("unlimited", TRUE);
  if (header.format == Format::webp && shrink > 1) options->set("scale", 1.0 / shrink);
  const VImage image = load(readable(bytes, header.format), header.format, options);
  return as_meant(image, bytes, header.format, header.page);
}

}  // namespace rucola::render::worker
