#include "render/worker/encode.h"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace rucola::render::worker {
namespace {

using vips::VImage;

// More is smaller and much slower.
constexpr int webp_effort = 4;
constexpr int avif_effort = 2;
constexpr int gif_effort = 7;

struct BlobDeleter {
  void operator()(VipsBlob* blob) const { vips_area_unref(VIPS_AREA(blob)); }
};

std::string take(VipsBlob* written) {
  const std::unique_ptr<VipsBlob, BlobDeleter> blob(written);
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
  const std::unique_ptr<gchar*, decltype(&g_strfreev)> fields(vips_image_get_fields(image.get_image()),
                                                              &g_strfreev);
  for (gchar** field = fields.get(); *field != nullptr; ++field) {
    if (std::ranges::find(kept, std::string_view(*field)) == kept.end()) bare.remove(*field);
  }
  return bare;
}

std::string encode_jpg(const VImage& image, const Encoding& encoding) {
  return take(image.jpegsave_buffer(stripped()->set("Q", encoding.quality)->set("optimize_coding", TRUE)));
}

std::string encode_png(const VImage& image, const Encoding& encoding) {
  return take(image.pngsave_buffer(stripped()->set("compression", encoding.png_compression_level)));
}

std::string encode_webp(const VImage& image, const Encoding& encoding) {
  return take(image.webpsave_buffer(stripped()
                                        ->set("Q", encoding.quality)
                                        ->set("lossless", encoding.lossless)
                                        ->set("effort", webp_effort)));
}

std::string encode_avif(const VImage& image, const Encoding& encoding) {
  return take(image.heifsave_buffer(stripped()
                                        ->set("compression", VIPS_FOREIGN_HEIF_COMPRESSION_AV1)
                                        ->set("Q", encoding.quality)
                                        ->set("lossless", encoding.lossless)
                                        ->set("effort", avif_effort)));
}

std::string encode_gif(const VImage& image) {
  return take(image.gifsave_buffer(stripped()->set("effort", gif_effort)));
}

}  // namespace

std::string encode(const VImage& image, const Encoding& encoding) {
  const bool flatten = image.has_alpha() && (encoding.flatten_always || !keeps_transparency(encoding.format));
  const VImage ready = without_metadata(flatten ? flattened(image, encoding.flatten_onto) : image);
  switch (encoding.format) {
    case Format::jpg:
      return encode_jpg(ready, encoding);
    case Format::png:
      return encode_png(ready, encoding);
    case Format::webp:
      return encode_webp(ready, encoding);
    case Format::avif:
      return encode_avif(ready, encoding);
    case Format::gif:
      return encode_gif(ready);
    default:
      throw vips::VError("no encoder for " + std::string(name_of(encoding.format)));
  }
}

}  // namespace rucola::render::worker
