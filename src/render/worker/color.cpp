#include "render/worker/color.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

bool has_profile(const VImage& image) {
  return image.get_typeof(VIPS_META_ICC_NAME) != 0;
}

bool is_grey(const VImage& image) {
  return image.interpretation() == VIPS_INTERPRETATION_B_W ||
         image.interpretation() == VIPS_INTERPRETATION_GREY16;
}

/// With the embedded profile; a broken one is as good as none.
VImage by_profile(const VImage& image) {
  try {
    return image.icc_transform(
        "srgb",
        VImage::option()
            ->set("embedded", TRUE)
            ->set("input_profile", image.interpretation() == VIPS_INTERPRETATION_CMYK ? "cmyk" : "srgb")
            ->set("intent", VIPS_INTENT_RELATIVE)
            ->set("depth", 8));
  } catch (const vips::VError&) {
    vips_error_clear();
    return image.colourspace(VIPS_INTERPRETATION_sRGB);
  }
}

VImage without_profile(const VImage& image) {
  if (!has_profile(image)) return image;
  VImage copy = image.copy();
  copy.remove(VIPS_META_ICC_NAME);
  return copy;
}

VImage convert(const VImage& image) {
  // libvips knows a CMYK profile of its own for files that bring none.
  if (image.interpretation() == VIPS_INTERPRETATION_CMYK) return by_profile(image);
  const bool color_profile = has_profile(image) && !is_grey(image);
  const bool profile_fits = image.format() == VIPS_FORMAT_UCHAR || image.format() == VIPS_FORMAT_USHORT;
  if (color_profile && profile_fits && image.bands() >= 3) return by_profile(image);
  return image.colourspace(is_grey(image) ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB);
}

}  // namespace

bool can_wait_for_srgb(const VImage& image) {
  return image.format() == VIPS_FORMAT_UCHAR && (image.interpretation() == VIPS_INTERPRETATION_sRGB ||
                                                 image.interpretation() == VIPS_INTERPRETATION_B_W);
}

VImage to_srgb(const VImage& image) {
  const VImage converted = without_profile(convert(image));
  return converted.format() == VIPS_FORMAT_UCHAR ? converted : converted.cast(VIPS_FORMAT_UCHAR);
}

}  // namespace rucola::render::worker
