#include "render/worker/encoding/encode.h"

#include <algorithm>
#include <array>
#include <memory>
#include <ranges>
#include <vector>

#include "base/c_handle.h"
#include "base/text.h"
#include "render/worker/encoding/avif_animation.h"
#include "render/worker/encoding/blurhash.h"
#include "render/worker/encoding/frame_delays.h"
#include "render/worker/encoding/jpeg2000.h"
#include "render/worker/encoding/png_packing.h"
#include "render/worker/encoding/svg_output.h"
#include "render/worker/encoding/thumbhash.h"
#include "render/worker/encoding/video.h"
#include "render/worker/memory/vips_blob.h"
#include "render/worker/metadata/copyright_blocks.h"
#include "render/worker/metadata/copyright_in_file.h"
#include "render/worker/metadata/metadata_blocks.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// More is smaller and slower.
struct Efforts {
  int quick;
  int usual;
  int thorough;

  [[nodiscard]] int of(const Encoding& encoding) const {
    if (encoding.thorough) return thorough;
    return encoding.quick ? quick : usual;
  }
};

// Over ten photos of 720 pixels, against the usual effort: WebP's quick one takes 0.74 of the time for 1.03
// of the bytes, the lossless one 0.72 for 1.04, AVIF's 0.36 for 1.08. The thorough ones still gain something:
// AV1's would gain nothing under twenty times the time, JPEG XL's nothing at all.
constexpr Efforts webp_efforts{.quick = 2, .usual = 4, .thorough = 6};
constexpr Efforts lossless_webp_efforts{.quick = 1, .usual = 4, .thorough = 6};
constexpr Efforts avif_efforts{.quick = 0, .usual = 2, .thorough = 2};
constexpr int heif_effort = 2;
constexpr std::int32_t quick_png_level = 1;
constexpr int gif_effort = 7;
constexpr int jxl_effort = 5;
constexpr int best_quality = 100;
constexpr double millimetres_per_inch = 25.4;
// Below, libjxl halves the picture before it encodes it, and the file grows again.
constexpr std::int32_t jxl_lowest_own_quality = 5;
constexpr double jxl_halves_from_distance = 20;

/// What writes a format, where libvips may have been built without it.
constexpr std::string_view optional_saver(Format format) {
  switch (format) {
    case Format::jxl:
      return "VipsForeignSaveJxlBuffer";
    case Format::jp2:
      return "VipsForeignSaveJp2kBuffer";
    case Format::tiff:
      return "VipsForeignSaveTiffBuffer";
    default:
      return {};
  }
}

bool can_write(Format format) {
  if (is_video(format)) return can_write_video(format);
  const std::string_view saver = optional_saver(format);
  return saver.empty() || g_type_from_name(saver.data()) != 0;
}

std::string take(VipsBlob* written) {
  const OwnedBlob blob(written);
  std::size_t size = 0;
  const void* data = vips_blob_get(blob.get(), &size);
  return {static_cast<const char*>(data), size};
}

VImage flattened(const VImage& image, Color onto) {
  const VImage color = image.colourspace(VIPS_INTERPRETATION_sRGB);
  const std::vector<double> background{static_cast<double>(onto.red), static_cast<double>(onto.green),
                                       static_cast<double>(onto.blue)};
  return color.flatten(VImage::option()->set("background", background));
}

/// Else some savers make up metadata of their own.
vips::VOption* stripped() {
  return VImage::option()->set("strip", TRUE);
}

/// Savers' own option to strip is not enough: WebP's keeps the EXIF data. What matters for the picture
/// itself, apart from an animation's timing, is not metadata in libvips.
VImage without_metadata(const VImage& image) {
  constexpr std::array<std::string_view, 3> kept{VIPS_META_PAGE_HEIGHT, "delay", "loop"};
  VImage bare = image.copy();
  const CHandle<gchar*, g_strfreev> fields(vips_image_get_fields(image.get_image()));
  for (const gchar* const* field = fields.get(); *field != nullptr; ++field) {
    if (std::ranges::find(kept, std::string_view(*field)) == kept.end()) bare.remove(*field);
  }
  return bare;
}

VImage with_resolution(const VImage& image, std::int32_t dpi) {
  if (dpi == 0) return image;
  const double per_millimetre = dpi / millimetres_per_inch;
  VImage copy = image.copy(VImage::option()->set("xres", per_millimetre)->set("yres", per_millimetre));
  copy.set(VIPS_META_RESOLUTION_UNIT, "in");
  return copy;
}

/// libvips writes the JFIF segment, where JPEG keeps its resolution, only together with EXIF data.
std::string with_jfif(const std::string& jpg, std::int32_t dpi) {
  using namespace std::string_literals;
  constexpr std::size_t start_of_image = 2;
  const std::string density{static_cast<char>(dpi >> 8), static_cast<char>(dpi & 0xff)};
  const std::string per_inch = "\1"s;
  return jpg.substr(0, start_of_image) + "\xff\xe0\0\x10JFIF\0\1\1"s + per_inch + density + density +
         "\0\0"s + jpg.substr(start_of_image);
}

std::string encode_jpg(const VImage& image, const Encoding& encoding, bool interlaced) {
  const std::string jpg = take(image.jpegsave_buffer(
      stripped()->set("Q", encoding.quality)->set("optimize_coding", TRUE)->set("interlace", interlaced)));
  return encoding.dpi == 0 ? jpg : with_jfif(jpg, encoding.dpi);
}

std::string smaller_of(std::string one, std::string other) {
  return one.size() <= other.size() ? std::move(one) : std::move(other);
}

std::string encode_jpg(const VImage& image, const Encoding& encoding) {
  std::string jpg = encode_jpg(image, encoding, encoding.interlaced);
  if (!encoding.may_be_interlaced) return jpg;
  return smaller_of(std::move(jpg), encode_jpg(image, encoding, !encoding.interlaced));
}

/// libdeflate's for each of zlib's, by the time they take and by what they make of it (docs/performance.md).
/// 0: nothing is packed, as zlib's.
constexpr std::array<int, 10> packing_levels{0, 2, 2, 3, 4, 5, 6, 6, 7, 10};

int packing_level(const Encoding& encoding, std::size_t bytes) {
  constexpr std::size_t most_thorough_bytes = std::size_t{4} << 20;
  if (bytes > most_packed_bytes) return 0;
  if (encoding.thorough && bytes <= most_thorough_bytes) return packing_levels.back();
  return packing_levels.at(static_cast<std::size_t>(encoding.png_compression_level));
}

std::string encode_png(const VImage& image, const Encoding& encoding, VipsForeignPngFilter filter) {
  const int packing = packing_level(encoding, VIPS_IMAGE_SIZEOF_IMAGE(image.get_image()));
  vips::VOption* options = stripped()
                               ->set("compression", packing > 0 ? 0 : encoding.png_compression_level)
                               ->set("interlace", encoding.interlaced)
                               ->set("filter", filter);
  if (encoding.palette_quality > 0) options->set("palette", TRUE)->set("Q", encoding.palette_quality);
  std::string png = take(image.pngsave_buffer(options));
  if (packing > 0) png = packed_png(png, packing);
  return png;
}

/// Row filters make photos much smaller and drawings larger: a strip from the middle tells which of the two
/// it is.
VipsForeignPngFilter better_filter(const VImage& image, const Encoding& encoding) {
  constexpr int strip_height = 24;
  const int height = std::min(strip_height, image.height());
  const VImage strip = image.extract_area(0, (image.height() - height) / 2, image.width(), height);
  const std::string plain = encode_png(strip, encoding, VIPS_FOREIGN_PNG_FILTER_NONE);
  const std::string filtered = encode_png(strip, encoding, VIPS_FOREIGN_PNG_FILTER_PAETH);
  return filtered.size() < plain.size() ? VIPS_FOREIGN_PNG_FILTER_PAETH : VIPS_FOREIGN_PNG_FILTER_NONE;
}

/// With a filter for the picture the lowest level makes smaller files than the usual one without.
std::string encode_quick_png(const VImage& image, Encoding encoding) {
  encoding.png_compression_level = std::min(encoding.png_compression_level, quick_png_level);
  const VImage pixels = image.copy_memory();
  return encode_png(pixels, encoding, better_filter(pixels, encoding));
}

std::string encode_png(const VImage& image, const Encoding& encoding) {
  if (encoding.palette_quality > 0) return encode_png(image, encoding, VIPS_FOREIGN_PNG_FILTER_NONE);
  if (encoding.quick) return encode_quick_png(image, encoding);
  std::string plain = encode_png(image, encoding, VIPS_FOREIGN_PNG_FILTER_NONE);
  if (!encoding.thorough) return plain;
  return smaller_of(std::move(plain), encode_png(image, encoding, VIPS_FOREIGN_PNG_FILTER_ALL));
}

/// libvips has a palette only for PNG and GIF: what comes back from one has at most 256 colours.
VImage with_palette(const VImage& image, std::int32_t quality) {
  const std::string png =
      encode_png(image, {.format = Format::png, .png_compression_level = 1, .palette_quality = quality});
  const OwnedBlob blob(vips_blob_new(nullptr, png.data(), png.size()));
  return VImage::pngload_buffer(blob.get()).copy_memory();
}

/// Without loss libwebp takes the quality for an effort, of which 100 is a search that takes thirty times as
/// long, for 3 %.
constexpr std::int32_t lossless_webp_quality = 80;

std::string encode_webp(const VImage& image, const Encoding& encoding) {
  const bool palette = encoding.palette_quality > 0 && image.get_typeof(VIPS_META_PAGE_HEIGHT) == 0;
  const VImage ready = palette ? with_palette(image, encoding.palette_quality) : image;
  return take(ready.webpsave_buffer(
      stripped()
          ->set("Q", encoding.lossless ? lossless_webp_quality : encoding.quality)
          ->set("lossless", encoding.lossless)
          ->set("effort", (encoding.lossless ? lossless_webp_efforts : webp_efforts).of(encoding))
          ->set("min_size", encoding.thorough)));
}

/// AV1, HEVC and JPEG 2000 write opacity with losses: 254 in places, where all of it was 255.
VImage without_needless_alpha(const VImage& image) {
  if (!image.has_alpha()) return image;
  const VImage pixels = image.copy_memory();
  return is_see_through(pixels) ? pixels
                                : pixels.extract_band(0, VImage::option()->set("n", image.bands() - 1));
}

/// libvips makes ASCII of texts that it is given, and leaves those alone that it has read: so it reads them.
VImage pixel_with(const CopyrightNotice::Exif& exif) {
  const std::string bare = take(VImage::black(1, 1).jpegsave_buffer(stripped()));
  const std::string jpg = with_copyright(bare, Format::jpg, {1, 1}, {.exif = exif, .iptc = {}, .xmp = {}});
  const OwnedBlob blob(vips_blob_copy(jpg.data(), jpg.size()));
  return VImage::jpegload_buffer(blob.get());
}

/// To the block libvips adds the picture's size, its resolution and versions; of what is in it, it keeps what
/// is a field of the image as well.
void copy_exif(const VImage& from, VImage& to) {
  for (const char* name : {"exif-ifd0-Artist", "exif-ifd0-Copyright"}) {
    if (from.get_typeof(name) != 0) to.set(name, from.get_string(name));
  }
  const std::string_view block = metadata_blocks_of(from).exif;
  if (!block.empty())
    vips_image_set_blob_copy(to.get_image(), VIPS_META_EXIF_NAME, block.data(), block.size());
}

bool has_exif(const CopyrightNotice& notice) {
  return !notice.exif.artist.empty() || !notice.exif.copyright.empty();
}

VImage with_notice(const VImage& image, Format format, const CopyrightNotice& notice) {
  VImage copy = image.copy();
  if (has_exif(notice)) copy_exif(pixel_with(notice.exif), copy);
  const std::string xmp = xmp_packet(notice, places_in(format));
  if (!xmp.empty()) vips_image_set_blob_copy(copy.get_image(), VIPS_META_XMP_NAME, xmp.data(), xmp.size());
  return copy;
}

/// What of a notice libvips is to write; all that it doesn't hold is not there.
VipsForeignKeep parts_of(const VImage& image, const CopyrightNotice& notice) {
  int parts = VIPS_FOREIGN_KEEP_NONE;
  if (has_exif(notice)) parts |= VIPS_FOREIGN_KEEP_EXIF;
  if (image.get_typeof(VIPS_META_XMP_NAME) != 0) parts |= VIPS_FOREIGN_KEEP_XMP;
  return static_cast<VipsForeignKeep>(parts);
}

std::string encode_heif(const VImage& image, const Encoding& encoding, const CopyrightNotice& notice) {
  const bool av1 = encoding.format == Format::avif;
  // With another number of threads libaom's pictures are others, and a render must not depend on who is busy.
  if (av1) vips_concurrency_set(1);
  const VImage ready = with_notice(without_needless_alpha(image), encoding.format, notice);
  return take(ready.heifsave_buffer(
      VImage::option()
          ->set("keep", parts_of(ready, notice))
          ->set("compression", av1 ? VIPS_FOREIGN_HEIF_COMPRESSION_AV1 : VIPS_FOREIGN_HEIF_COMPRESSION_HEVC)
          ->set("Q", encoding.quality)
          ->set("lossless", encoding.lossless)
          ->set("effort", av1 ? avif_efforts.of(encoding) : heif_effort)));
}

bool moves(const VImage& image) {
  return vips_image_get_page_height(image.get_image()) < image.height();
}

/// The lowest qualities are spread between the distance of the one above them, 19.69, and where libjxl starts
/// to halve the picture.
double jxl_distance_of_lowest(std::int32_t quality) {
  constexpr double step = 0.06;
  return jxl_halves_from_distance - step * quality;
}

/// libvips would write a frame that has no delay as a page.
VImage with_delays(const VImage& frames) {
  const auto count = static_cast<std::size_t>(frames.height() / frames.get_int(VIPS_META_PAGE_HEIGHT));
  const std::vector<std::int64_t> delays = frame_delays(frames, count);
  VImage timed = frames.copy();
  timed.set("delay", std::vector<int>(delays.begin(), delays.end()));
  return timed;
}

/// Of an animation each frame by itself.
std::string encode_jxl(const VImage& image, const Encoding& encoding) {
  const VImage ready = moves(image) ? with_delays(without_needless_alpha(image)) : image;
  vips::VOption* options = stripped()->set("lossless", encoding.lossless)->set("effort", jxl_effort);
  if (!encoding.lossless && encoding.quality < jxl_lowest_own_quality) {
    options->set("distance", jxl_distance_of_lowest(encoding.quality));
  } else {
    options->set("Q", encoding.quality);
  }
  return take(ready.jxlsave_buffer(options));
}

/// Halves are averages, as libvips' own first step of any larger reduction is.
std::string encode_pyramid(const VImage& image, const Encoding& encoding) {
  vips::VOption* options = stripped()
                               ->set("pyramid", TRUE)
                               ->set("tile", TRUE)
                               ->set("tile_width", pyramid_tile_side)
                               ->set("tile_height", pyramid_tile_side);
  if (encoding.lossless) {
    options->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_ZSTD)
        ->set("level", 1)
        ->set("predictor", VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL);
  } else {
    options->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_JPEG)->set("Q", encoding.quality);
  }
  return take(image.tiffsave_buffer(options));
}

std::string encode_tiff(const VImage& image, const Encoding& encoding) {
  if (encoding.pyramid) return encode_pyramid(image, encoding);
  return take(image.tiffsave_buffer(stripped()
                                        ->set("compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE)
                                        ->set("predictor", VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL)));
}

/// JPEG has no transparency: where there is some, it goes into a mask.
std::string encode_svg_with_jpg(const VImage& image, const Encoding& encoding) {
  const VImage pixels = image.copy_memory();
  const bool masked = is_see_through(pixels);
  const VImage colors = masked ? colors_under_mask(pixels)
                        : image.has_alpha()
                            ? pixels.extract_band(0, VImage::option()->set("n", image.bands() - 1))
                            : pixels;
  const std::string jpg = encode_jpg(colors, encoding);
  const std::string mask =
      masked ? encode_png(pixels.extract_band(image.bands() - 1)
                              .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W)),
                          {.format = Format::png})
             : std::string();
  return svg_around(image.width(), image.height(), {mimetype_of(Format::jpg), jpg}, mask);
}

std::string encode_svg(const VImage& image, const Encoding& encoding) {
  if (encoding.inside == Format::jpg) return encode_svg_with_jpg(image, encoding);
  const std::string png = encode_png(image, encoding);
  return svg_around(image.width(), image.height(), {mimetype_of(Format::png), png}, {});
}

/// A pixel that hardly changes from one frame to the next may stay as it was.
/// GIF counts them in 16 bits; what is more is endless to anybody.
VImage with_plays(const VImage& image) {
  constexpr int most_plays = 65'535;
  if (image.get_typeof("loop") == 0 || image.get_int("loop") <= most_plays) return image;
  VImage endless = image.copy();
  endless.set("loop", 0);
  return endless;
}

std::string encode_gif(const VImage& image, const Encoding& encoding) {
  constexpr double error_a_quality = 0.1;
  const double error = encoding.thorough ? error_a_quality * (best_quality - encoding.quality) : 0;
  return take(with_plays(image).gifsave_buffer(
      stripped()->set("effort", gif_effort)->set("interframe_maxerror", error)));
}

std::string encode_ready(const VImage& ready, const Encoding& encoding, const CopyrightNotice& notice) {
  switch (encoding.format) {
    case Format::jpg:
      return encode_jpg(ready, encoding);
    case Format::png:
      return encode_png(ready, encoding);
    case Format::webp:
      return encode_webp(ready, encoding);
    case Format::avif:
      if (moves(ready)) return encode_avif_animation(ready.copy_memory(), encoding);
      return encode_heif(ready, encoding, notice);
    case Format::heif:
      return encode_heif(ready, encoding, notice);
    case Format::gif:
      return encode_gif(ready, encoding);
    case Format::jxl:
      return encode_jxl(ready, encoding);
    case Format::jp2:
      return jpeg2000(without_needless_alpha(ready), encoding);
    case Format::tiff:
      return encode_tiff(ready, encoding);
    case Format::svg:
      return encode_svg(ready, encoding);
    case Format::blur:
      return blurhash(ready);
    case Format::thumbhash:
      return thumbhash(ready);
    case Format::mp4:
    case Format::webm:
      return encode_video(ready, encoding);
    default:
      throw vips::VError("no encoder for " + std::string(name_of(encoding.format)));
  }
}

}  // namespace

Result<void> check_writable(Format format) {
  if (can_write(format)) return {};
  const auto is_written = [](Format other) { return is_output_format(other) && can_write(other); };
  const std::string names = joined(all_formats() | std::views::filter(is_written), ", ", name_of);
  return fail(
      ErrorCode::unsupported_media_type,
      "This machine's libvips writes no " + std::string(name_of(format)) + ". It writes: " + names + ".");
}

VImage as_written(const VImage& image, const Encoding& encoding) {
  const bool flatten = image.has_alpha() && (encoding.flatten_always || !keeps_transparency(encoding.format));
  return flatten ? flattened(image, encoding.flatten_onto) : image;
}

std::string encode(const VImage& image, const Encoding& encoding, const CopyrightNotice& notice) {
  const VImage bare = without_metadata(as_written(image, encoding));
  const VImage ready = with_resolution(bare, encoding.dpi);
  if (!encoding.keep_copyright) return encode_ready(ready, encoding, {});
  const Size size{ready.width(), vips_image_get_page_height(ready.get_image())};
  return with_copyright(encode_ready(ready, encoding, notice), encoding.format, size, notice);
}

bool is_see_through(const VImage& image) {
  constexpr double opaque = 255;
  return image.has_alpha() && image.extract_band(image.bands() - 1).min() < opaque;
}

}  // namespace rucola::render::worker
