#include "render/operations/pixels.h"

namespace rucola::render::pixels {

double measure_entropy(const vips::VImage& image) {
  const vips::VImage opaque = image.has_alpha() ? image.flatten() : image;
  return opaque.colourspace(VIPS_INTERPRETATION_B_W).hist_find().hist_entropy();
}

}  // namespace rucola::render::pixels
