#include "render/operations/pixels.h"

namespace rucola::render::pixels {

vips::VImage grayscale(const vips::VImage& image) {
  return image.colourspace(VIPS_INTERPRETATION_B_W);
}

}  // namespace rucola::render::pixels
