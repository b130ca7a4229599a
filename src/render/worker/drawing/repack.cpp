#include "render/worker/drawing/repack.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <vips/vips8>

#include "render/worker/colors/color.h"
#include "render/worker/colors/tiff_channels.h"
#include "render/worker/decoding/source.h"
#include "render/worker/encoding/encode.h"
#include "render/worker/memory/vips_blob.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

constexpr int quality = 95;
constexpr int largest_webp_side = 16'383;
constexpr int largest_jpg_side = 65'500;
constexpr int png_compression = 6;

std::unexpected<Error> stays_as_it_is(const std::string& why) {
  return fail(ErrorCode::unsupported_media_type, "The file stays as it is: " + why + ".");
}

/// With all that it has, and unlike decode() with all its channels.
VImage load_tiff(std::string_view bytes) {
  const OwnedBlob blob(vips_blob_new(nullptr, bytes.data(), bytes.size()));
  return VImage::tiffload_buffer(
      blob.get(),
      VImage::option()->set("access", VIPS_ACCESS_SEQUENTIAL)->set("fail_on", VIPS_FAIL_ON_ERROR));
}

bool has_several_pages(const VImage& image) {
  return image.get_typeof(VIPS_META_N_PAGES) != 0 && image.get_int(VIPS_META_N_PAGES) > 1;
}

/// Its very values: 8 or 16 bits, grey or RGB, with opacity or without, with a profile that fits.
bool png_holds(const VImage& image, const std::vector<ExtraSample>& extra) {
  if (!profile_fits(image)) return false;
  // Colours that were multiplied by opacity have been divided by it, with losses.
  if (image.bands() > channels_of_color(image) && extra != std::vector{ExtraSample::unassociated_alpha})
    return false;
  const bool is_8_bits = image.format() == VIPS_FORMAT_UCHAR;
  if (!is_8_bits && image.format() != VIPS_FORMAT_USHORT) return false;
  const VipsInterpretation grey = is_8_bits ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_GREY16;
  const VipsInterpretation rgb = is_8_bits ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_RGB16;
  if (image.interpretation() == grey) return image.bands() <= 2;
  return image.interpretation() == rgb && (image.bands() == 3 || image.bands() == 4);
}

std::string bytes_of(VipsBlob* written) {
  const OwnedBlob blob(written);
  std::size_t size = 0;
  const void* data = vips_blob_get(blob.get(), &size);
  return {static_cast<const char*>(data), size};
}

/// Row filters make photos, which is what comes as a TIFF, much smaller.
Drawing as_png(const VImage& image) {
  return {
      .bytes = bytes_of(image.pngsave_buffer(
          VImage::option()->set("compression", png_compression)->set("filter", VIPS_FOREIGN_PNG_FILTER_ALL))),
      .format = Format::png};
}

Drawing as_jpg(const VImage& image) {
  return {.bytes = bytes_of(image.jpegsave_buffer(VImage::option()
                                                      ->set("Q", quality)
                                                      ->set("optimize_coding", TRUE)
                                                      ->set("subsample_mode", VIPS_FOREIGN_SUBSAMPLE_OFF))),
          .format = Format::jpg};
}

Drawing as_webp(const VImage& image) {
  return {.bytes = bytes_of(image.webpsave_buffer(VImage::option()->set("Q", quality))),
          .format = Format::webp};
}

Result<Drawing> as_jpg_or_webp(const VImage& image) {
  const int side = std::max(image.width(), image.height());
  if (is_see_through(image)) {
    if (side > largest_webp_side) return stays_as_it_is("a WebP can't be as large");
    return as_webp(image);
  }
  if (side > largest_jpg_side) return stays_as_it_is("a JPEG can't be as large");
  return as_jpg(image.has_alpha() ? image.extract_band(0, VImage::option()->set("n", image.bands() - 1))
                                  : image);
}

/// Turning needs all of it; else it is read once from top to bottom.
VImage upright(const VImage& image, const SourceHeader& header) {
  return header.orientation == 1 ? image : image.copy_memory().autorot();
}

/// `extra`: what the channels are that are no colours. `most_bytes`: fewer than this.
Result<Drawing> without_loss(const VImage& image, const std::vector<ExtraSample>& extra,
                             std::size_t most_bytes) {
  if (!png_holds(image, extra)) return stays_as_it_is("a PNG can't hold its values");
  Drawing png = as_png(image);
  if (png.bytes.size() >= most_bytes) return stays_as_it_is("as a PNG it would be larger");
  return png;
}

Result<Drawing> as_shown(const VImage& shown, Repacking how) {
  return how == Repacking::png ? as_png(shown) : as_jpg_or_webp(shown.copy_memory());
}

Result<Drawing> repack_tiff(std::string_view bytes, const SourceHeader& header, Repacking how) {
  const VImage image = load_tiff(bytes);
  if (has_several_pages(image)) return stays_as_it_is("it has several pages");
  const std::vector<ExtraSample> extra = tiff_extra_samples(bytes, 1);
  const VImage turned = upright(image, header);
  if (how == Repacking::lossless) return without_loss(turned, extra, bytes.size());
  return as_shown(to_srgb(without_other_channels(turned, extra)), how);
}

Result<Drawing> repack_bmp(std::string_view bytes, const SourceHeader& header, Repacking how) {
  const VImage image = decode(bytes, header, {});
  if (how == Repacking::lossless) return without_loss(image, {ExtraSample::unassociated_alpha}, bytes.size());
  return as_shown(to_srgb(image), how);
}

}  // namespace

Result<Drawing> repack(std::string_view bytes, Repacking how, const protocol::Limits& limits) {
  const Result<SourceHeader> header = examine(bytes, limits, Scrutiny::complete);
  if (!header) return std::unexpected(header.error());
  if (header->format == Format::tiff) return repack_tiff(bytes, *header, how);
  if (header->format == Format::bmp) return repack_bmp(bytes, *header, how);
  return stays_as_it_is("only TIFF and BMP become another file");
}

}  // namespace rucola::render::worker
