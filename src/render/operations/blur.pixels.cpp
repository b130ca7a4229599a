#include <cmath>
#include <vector>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {

vips::VImage blurred(const vips::VImage& image, double sigma, int reach) {
  if (sigma <= 0 || reach <= 0) return image;
  std::vector<double> curve;
  double sum = 0;
  for (int i = -reach; i <= reach; ++i) {
    curve.push_back(std::exp(-i * i / (2 * sigma * sigma)));
    sum += curve.back();
  }
  for (double& weight : curve)
    weight /= sum;
  const vips::VImage mask = vips::VImage::new_matrix(static_cast<int>(curve.size()), 1, curve.data(),
                                                     static_cast<int>(curve.size()));
  return image.convsep(mask, vips::VImage::option()->set("precision", VIPS_PRECISION_FLOAT))
      .rint()
      .cast(image.format());
}

vips::VImage apply(const vips::VImage& image, const BlurStep& step) {
  return with_premultiplied(image, [&](const vips::VImage& weighed) {
    return step.radius > 0 ? blurred(weighed, step.sigma, step.radius) : weighed.gaussblur(step.sigma);
  });
}

}  // namespace rucola::render::pixels
