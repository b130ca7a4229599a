#include <vector>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {

vips::VImage apply(const vips::VImage& image, const ModulateStep& step) {
  constexpr double whole = 100;
  std::vector<double> factors{step.brightness / whole, step.saturation / whole, 1};
  std::vector<double> offsets{0, 0, static_cast<double>(step.hue)};
  if (image.has_alpha()) {
    factors.push_back(1);
    offsets.push_back(0);
  }
  const VipsInterpretation before = image.interpretation();
  return image.colourspace(VIPS_INTERPRETATION_LCH).linear(factors, offsets).colourspace(before);
}

}  // namespace rucola::render::pixels
