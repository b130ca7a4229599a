#include "render/operations/pixels.h"

namespace rucola::render::pixels {

// The matrix that the W3C's Filter Effects define for sepia(1), so that a browser makes the same of an image.
vips::VImage apply(const vips::VImage& image, const SepiaStep& /*step*/) {
  const vips::VImage matrix = vips::VImage::new_matrixv(3, 3,                 //
                                                        0.393, 0.769, 0.189,  //
                                                        0.349, 0.686, 0.168,  //
                                                        0.272, 0.534, 0.131);
  const vips::VImage color = image.colourspace(VIPS_INTERPRETATION_sRGB);
  const vips::VImage toned = colors_of(color).recomb(matrix).rint().cast(VIPS_FORMAT_UCHAR);
  return color.has_alpha() ? toned.bandjoin(opacity_of(color)) : toned;
}

}  // namespace rucola::render::pixels
