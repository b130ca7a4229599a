#include "render/worker/color.h"

#include <cstddef>

#include "render/worker/srgb_profile.h"

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

/// A profile that is there, fits, and says anything new.
bool needs_profile(const VImage& image) {
  if (!has_profile(image)) return false;
  if (image.format() != VIPS_FORMAT_UCHAR && image.format() != VIPS_FORMAT_USHORT) return false;
  if (is_grey(image)) return true;
  std::size_t size = 0;
  const void* profile = image.get_blob(VIPS_META_ICC_NAME, &size);
  return !is_srgb_profile({static_cast<const char*>(profile), size});
}

VImage convert(const VImage& image) {
  // libvips knows a CMYK profile of its own for files that bring none.
  if (image.interpretation() == VIPS_INTERPRETATION_CMYK) return by_profile(image);
  const VImage color = needs_profile(image) ? by_profile(image) : image;
  return color.colourspace(is_grey(image) ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB);
}

int channels_of_color(const VImage& image) {
  if (is_grey(image)) return 1;
  return image.interpretation() == VIPS_INTERPRETATION_CMYK ? 4 : 3;
}

}  // namespace

VImage without_extra_channels(const VImage& image) {
  const int color = channels_of_color(image);
  if (image.bands() <= color + 1) return image;
  return image.extract_band(0, VImage::option()->set("n", color));
}

bool can_wait_for_srgb(const VImage& image) {
  return image.format() == VIPS_FORMAT_UCHAR && (image.interpretation() == VIPS_INTERPRETATION_sRGB ||
                                                 image.interpretation() == VIPS_INTERPRETATION_B_W);
}

VImage to_srgb(const VImage& image) {
  const VImage converted = without_profile(convert(image));
  return converted.format() == VIPS_FORMAT_UCHAR ? converted : converted.cast(VIPS_FORMAT_UCHAR);
}

}  // namespace rucola::render::worker
