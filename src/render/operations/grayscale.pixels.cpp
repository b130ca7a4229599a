#include "render/operations/pixels.h"

namespace rucola::render::pixels {

vips::VImage apply(const vips::VImage& image, const GrayscaleStep& /*step*/) {
  return image.colourspace(VIPS_INTERPRETATION_B_W);
}

}  // namespace rucola::render::pixels
