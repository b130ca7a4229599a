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

}  // namespace rucola::render::pixels
