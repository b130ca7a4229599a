#include "render/worker/source.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "render/worker/file_structure.h"
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

Result<void> check_gif(std::string_view bytes, const protocol::Limits& limits, Scrutiny scrutiny) {
  const auto gif = read_gif_structure(bytes, limits.source_frames);
  if (gif) return check_pixels(gif->width, gif->height, gif->frames, limits);
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

/// Before 8.16 libvips reads, and with palettes writes, outside of its buffers there (its issue 4154).
Result<void> check_jp2(std::string_view bytes) {
  constexpr int first_sound_minor = 16;
  const bool is_sound = vips_version(0) > 8 || (vips_version(0) == 8 && vips_version(1) >= first_sound_minor);
  if (is_sound) return {};
  const auto jp2 = read_jp2_structure(bytes);
  if (!jp2) return damaged(Format::jp2, jp2.error());
  if (!jp2->has_offset && !jp2->has_palette) return {};
  return fail(ErrorCode::unprocessable,
              std::string("The JP2 file has ") +
                  (jp2->has_palette ? "a palette" : "an offset of its image or tiles") +
                  ", which this machine's libvips " + vips_version_string() +
                  " can't be trusted with; 8.16 can.");
}

/// Before libvips sees the file.
Result<void> check_structure(std::string_view bytes, Format format, const protocol::Limits& limits,
                             Scrutiny scrutiny) {
  const bool complete = scrutiny == Scrutiny::complete;
  switch (format) {
    case Format::gif:
      return check_gif(bytes, limits, scrutiny);
    case Format::png:
      return check_png(bytes, limits, scrutiny);
    case Format::jp2:
      return check_jp2(bytes);
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

int jpeg_shrink(double shrink) {
  for (const int possible : {8, 4, 2}) {
    if (shrink >= possible) return possible;
  }
  return 1;
}

VImage load(std::string_view bytes, Format format, vips::VOption* options) {
  const auto blob = blob_of(bytes);
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
  return load(bytes, Format::pdf, loader_options(decoding)->set("page", page - 1)->set("dpi", dpi));
}

Result<SourceHeader> read_pdf_header(std::string_view bytes, std::int32_t page) {
  const Result<Size> size = read_pdf_page_size(bytes, page);
  if (!size) return std::unexpected(size.error());
  return SourceHeader{.format = Format::pdf, .stored = *size, .upright = *size, .page = page};
}

Result<SourceHeader> read_header(std::string_view bytes, Format format, std::int32_t page,
                                 const protocol::Limits& limits) {
  if (format == Format::pdf) return read_pdf_header(bytes, page);
  if (format == Format::svg) return read_svg(bytes, limits);
  vips::VOption* options = loader_options({});
  if (format == Format::tiff) options->set("page", page - 1);
  const VImage image = load(bytes, format, options);
  SourceHeader header{
      .format = format, .stored = {image.width(), image.height()}, .upright = {}, .page = page};
  if (is_animation_format(format)) header.frames = std::max(1, integer_field(image, VIPS_META_N_PAGES, 1));
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

/// On white paper.
VImage decode_pdf(std::string_view bytes, const SourceHeader& header, const Decoding& decoding) {
  constexpr double points_per_inch = 72;
  const VImage natural = load_page(bytes, header.page, points_per_inch, decoding);
  const Size target = decoding.target.value_or(header.stored);
  const double scale = std::max(static_cast<double>(target.width) / natural.width(),
                                static_cast<double>(target.height) / natural.height());
  return load_page(bytes, header.page, points_per_inch * scale, decoding).flatten();
}

}  // namespace

VImage decode(std::string_view bytes, const SourceHeader& header, const Decoding& decoding) {
  if (header.format == Format::pdf) return decode_pdf(bytes, header, decoding);
  if (header.drawing) return SvgDrawing::draw(header.drawing, decoding.target.value_or(header.stored));
  vips::VOption* options = loader_options(decoding);
  if (decoding.all_frames && header.frames > 1) options->set("n", -1);
  const double shrink = common_shrink(header, decoding);
  if (header.format == Format::tiff) options->set("page", header.page - 1);
  if (header.format == Format::jpg) options->set("shrink", jpeg_shrink(shrink));
  if (header.format == Format::webp && shrink > 1) options->set("scale", 1 / shrink);
  return as_meant(load(bytes, header.format, options), bytes, header.format, header.page);
}

}  // namespace rucola::render::worker
