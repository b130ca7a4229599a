#include "render/worker/colors/color.h"

#include <cstddef>

#include "render/worker/colors/icc_profile.h"
#include "render/worker/colors/srgb_profile.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

bool is_cmyk(const VImage& image) {
  return image.interpretation() == VIPS_INTERPRETATION_CMYK;
}

/// With the embedded profile; a broken one is as good as none. Inks that overlap are black then, which they
/// would miss by as much as the darkest of them is brighter than a screen's.
VImage by_profile(const VImage& image) {
  try {
    return image.icc_transform("srgb", VImage::option()
                                           ->set("embedded", TRUE)
                                           ->set("input_profile", is_cmyk(image) ? "cmyk" : "srgb")
                                           ->set("intent", VIPS_INTENT_RELATIVE)
                                           ->set("black_point_compensation", is_cmyk(image))
                                           ->set("depth", 8));
  } catch (const vips::VError&) {
    vips_error_clear();
    return image.colourspace(VIPS_INTERPRETATION_sRGB);
  }
}

/// A profile that is there and says anything new.
bool needs_profile(const VImage& image) {
  if (!has_profile(image)) return false;
  if (image.format() != VIPS_FORMAT_UCHAR && image.format() != VIPS_FORMAT_USHORT) return false;
  return is_grey(image) || !is_srgb_profile(profile_of(image));
}

VImage convert(const VImage& image) {
  // libvips knows a CMYK profile of its own for files that bring none.
  if (is_cmyk(image)) return by_profile(image);
  const VImage color = needs_profile(image) ? by_profile(image) : image;
  return color.colourspace(is_grey(image) ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB);
}

}  // namespace

bool is_grey(const VImage& image) {
  return image.interpretation() == VIPS_INTERPRETATION_B_W ||
         image.interpretation() == VIPS_INTERPRETATION_GREY16;
}

bool is_rgb(const VImage& image) {
  return image.interpretation() == VIPS_INTERPRETATION_sRGB ||
         image.interpretation() == VIPS_INTERPRETATION_RGB16 ||
         image.interpretation() == VIPS_INTERPRETATION_RGB;
}

int channels_of_color(const VImage& image) {
  if (is_grey(image)) return 1;
  return is_cmyk(image) ? 4 : 3;
}

bool has_profile(const VImage& image) {
  return image.get_typeof(VIPS_META_ICC_NAME) == VIPS_TYPE_BLOB;
}

std::string_view profile_of(const VImage& image) {
  std::size_t size = 0;
  const void* profile = image.get_blob(VIPS_META_ICC_NAME, &size);
  return {static_cast<const char*>(profile), size};
}

bool profile_fits(const VImage& image) {
  if (!has_profile(image)) return true;
  const auto space = space_of_profile(profile_of(image));
  if (is_grey(image)) return space == ProfileSpace::grey;
  if (is_cmyk(image)) return space == ProfileSpace::cmyk;
  return is_rgb(image) && space == ProfileSpace::rgb;
}

VImage without_profile(const VImage& image) {
  if (!has_profile(image)) return image;
  VImage copy = image.copy();
  copy.remove(VIPS_META_ICC_NAME);
  return copy;
}

bool can_wait_for_srgb(const VImage& image) {
  return image.format() == VIPS_FORMAT_UCHAR && (image.interpretation() == VIPS_INTERPRETATION_sRGB ||
                                                 image.interpretation() == VIPS_INTERPRETATION_B_W);
}

VImage to_srgb(const VImage& image) {
  const VImage converted = without_profile(convert(profile_fits(image) ? image : without_profile(image)));
  return converted.format() == VIPS_FORMAT_UCHAR ? converted : converted.cast(VIPS_FORMAT_UCHAR);
}

}  // namespace rucola::render::worker
