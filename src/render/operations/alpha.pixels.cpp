#include "render/operations/pixels.h"

namespace rucola::render::pixels {

vips::VImage colors_of(const vips::VImage& image) {
  if (!image.has_alpha()) return image;
  return image.extract_band(0, vips::VImage::option()->set("n", image.bands() - 1));
}

vips::VImage opacity_of(const vips::VImage& image) {
  constexpr double opaque = 255;
  if (image.has_alpha()) return image.extract_band(image.bands() - 1);
  return image.extract_band(0).linear(0, opaque).cast(VIPS_FORMAT_UCHAR);
}

vips::VImage apply(const vips::VImage& image, const AlphaMaskStep& /*step*/) {
  return opacity_of(image).copy(vips::VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W));
}

vips::VImage apply(const vips::VImage& image, const AlphaExtractStep& /*step*/) {
  const vips::VImage opacity = opacity_of(image);
  return opacity.linear(0, 0)
      .cast(VIPS_FORMAT_UCHAR)
      .bandjoin(opacity)
      .copy(vips::VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W));
}

vips::VImage apply(const vips::VImage& image, const AlphaRemoveStep& /*step*/) {
  return colors_of(image);
}

vips::VImage with_opacity(const vips::VImage& image, double percent) {
  constexpr double whole = 100;
  const vips::VImage opacity = opacity_of(image).linear(percent / whole, 0).rint();
  return colors_of(image).bandjoin(opacity.cast(VIPS_FORMAT_UCHAR));
}

vips::VImage apply(const vips::VImage& image, const OpacityStep& step) {
  return with_opacity(image, step.percent);
}

}  // namespace rucola::render::pixels
