#include <algorithm>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {

vips::VImage apply(const vips::VImage& image, const CropStep& step) {
  return image.extract_area(step.left, step.top, step.size.width, step.size.height);
}

CropStep find_attention(const vips::VImage& image, const SmartCropStep& step) {
  const vips::VImage found =
      image.smartcrop(step.size.width, step.size.height,
                      vips::VImage::option()->set("interesting", VIPS_INTERESTING_ATTENTION));
  // An area knows where it was cut out, as the offset that would put it back.
  return {.left = -found.xoffset(), .top = -found.yoffset(), .size = step.size};
}

Point measure_attention(const vips::VImage& image) {
  int x = 0;
  int y = 0;
  // The sides say how large what is looked for may be.
  image.smartcrop(std::max(image.width() / 2, 1), std::max(image.height() / 2, 1),
                  vips::VImage::option()
                      ->set("interesting", VIPS_INTERESTING_ATTENTION)
                      ->set("attention_x", &x)
                      ->set("attention_y", &y));
  return {.x = static_cast<double>(x), .y = static_cast<double>(y)};
}

}  // namespace rucola::render::pixels
