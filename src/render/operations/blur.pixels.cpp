#include "render/operations/pixels.h"

namespace rucola::render::pixels {

vips::VImage apply(const vips::VImage& image, const BlurStep& step) {
  return with_premultiplied(image,
                            [&](const vips::VImage& weighed) { return weighed.gaussblur(step.sigma); });
}

}  // namespace rucola::render::pixels
