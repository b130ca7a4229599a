#include "render/operations/pixels.h"

namespace rucola::render::pixels {

vips::VImage apply(const vips::VImage& image, const GrayscaleStep& /*step*/) {
  return image.colourspace(VIPS_INTERPRETATION_B_W);
}

vips::VImage apply(const vips::VImage& image, const BitonalStep& /*step*/) {
  constexpr double middle = 127.5;
  const vips::VImage grey = image.has_alpha() ? image.extract_band(0) : image;
  const vips::VImage decided =
      (grey > middle).copy(vips::VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W));
  return image.has_alpha() ? decided.bandjoin(image.extract_band(image.bands() - 1)) : decided;
}

}  // namespace rucola::render::pixels
