#include <vector>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {

vips::VImage apply(const vips::VImage& image, const MultiplyStep& step) {
  const bool stays_grey = step.red == step.green && step.green == step.blue;
  const vips::VImage color = stays_grey ? image : image.colourspace(VIPS_INTERPRETATION_sRGB);
  const bool alpha = color.has_alpha();
  const int channels = color.bands() - (alpha ? 1 : 0);
  std::vector<double> factors{step.red, step.green, step.blue};
  factors.resize(static_cast<std::size_t>(channels));
  if (alpha) factors.push_back(1);
  return color.linear(factors, std::vector<double>(factors.size(), 0.0)).rint().cast(VIPS_FORMAT_UCHAR);
}

}  // namespace rucola::render::pixels
