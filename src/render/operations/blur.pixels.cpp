#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {

namespace {

using vips::VImage;

VImage convolved(const VImage& image, double sigma, int reach) {
  std::vector<double> curve;
  double sum = 0;
  for (int i = -reach; i <= reach; ++i) {
    const double sigmas = i / sigma;  // first divided: the square of a tiny sigma would be nothing
    curve.push_back(std::exp(-sigmas * sigmas / 2));
    sum += curve.back();
  }
  for (double& weight : curve)
    weight /= sum;
  const int length = static_cast<int>(curve.size());
  return image
      .convsep(VImage::new_matrix(length, 1, curve.data(), length),
               VImage::option()->set("precision", VIPS_PRECISION_FLOAT))
      .rint()
      .cast(image.format());
}

/// By how much an image may be shrunk before it is blurred so much that nobody can tell afterwards. A small
/// one isn't: it costs nothing to speak of, and at the edges it could be told.
int shrink_before(const VImage& image, double sigma, int reach) {
  constexpr std::int64_t affordable = 10'000'000;
  if (std::int64_t{image.width()} * image.height() * reach < affordable) return 1;
  constexpr double least_sigma = 2.5;
  constexpr double least_reach = 7;
  return static_cast<int>(std::min(sigma / least_sigma, reach / least_reach));
}

}  // namespace

// A wide bell curve over every pixel takes its time in squares; over a small copy of the image it looks the
// same.
VImage blurred(const VImage& image, double sigma, int reach) {
  // Five sigmas from its middle a bell curve adds nothing that a pixel could show, however far it may reach.
  reach = static_cast<int>(std::min<double>(reach, std::ceil(5 * sigma)));
  if (sigma <= 0 || reach <= 0) return image;
  const int factor = shrink_before(image, sigma, reach);
  if (factor < 2) return convolved(image, sigma, reach);
  const Size size{image.width(), image.height()};
  const auto shrunk = [&](int side) { return std::max(1, (side + factor / 2) / factor); };
  const VImage small = resized(image, {shrunk(size.width), shrunk(size.height)}).copy_memory();
  return resized(convolved(small, sigma / factor, reach / factor).copy_memory(), size);
}

VImage apply(const VImage& image, const BlurStep& step) {
  return with_premultiplied(image, [&](const VImage& weighed) {
    return step.radius > 0 ? blurred(weighed, step.sigma, step.radius) : weighed.gaussblur(step.sigma);
  });
}

}  // namespace rucola::render::pixels
