#include <algorithm>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {
namespace {

/// 255 inside, 0 outside, and between the two where the rim runs through a pixel.
vips::VImage disc(int width, int height) {
  const vips::VImage position = vips::VImage::xyz(width, height);
  const vips::VImage across = position.extract_band(0) + (1 - width) / 2.0;
  const vips::VImage down = position.extract_band(1) + (1 - height) / 2.0;
  const vips::VImage distance = (across * across + down * down).pow(0.5);
  constexpr double opaque = 255;
  const double radius = std::min(width, height) / 2.0;
  return ((radius + 0.5 - distance) * opaque).rint().cast(VIPS_FORMAT_UCHAR);
}

}  // namespace

vips::VImage apply(const vips::VImage& image, const CircleMaskStep& /*step*/) {
  constexpr double opaque = 255;
  const vips::VImage inside = disc(image.width(), image.height());
  if (!image.has_alpha()) return image.bandjoin(inside);
  const vips::VImage opacity = (opacity_of(image) * inside / opaque).rint().cast(VIPS_FORMAT_UCHAR);
  return colors_of(image).bandjoin(opacity);
}

}  // namespace rucola::render::pixels
