#include <algorithm>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {

vips::VImage apply(const vips::VImage& image, const SharpenStep& step) {
  constexpr double least = 0.000001;  // for libvips
  return image.sharpen(vips::VImage::option()
                           ->set("sigma", std::max(step.sigma, least))
                           ->set("x1", step.x1)
                           ->set("y2", step.y2)
                           ->set("y3", step.y3)
                           ->set("m1", step.m1)
                           ->set("m2", step.m2));
}

}  // namespace rucola::render::pixels
