#include <algorithm>
#include <cmath>
#include <vector>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {
namespace {

/// libvips rounds sides to the nearest pixel, which is the planned one; should a version round otherwise, an
/// edge is repeated or cut.
vips::VImage exactly(const vips::VImage& image, Size to) {
  if (image.width() == to.width && image.height() == to.height) return image;
  return image.embed(0, 0, to.width, to.height, vips::VImage::option()->set("extend", VIPS_EXTEND_COPY));
}

/// The resize of libvips, 8.16 included, puts an enlarged image half a pixel too far to the right and too far
/// down; here the middle of the image stays its middle.
vips::VImage enlarged(const vips::VImage& image, Size to) {
  const double across = static_cast<double>(to.width) / image.width();
  const double down = static_cast<double>(to.height) / image.height();
  return image.affine({across, 0, 0, down},
                      vips::VImage::option()
                          ->set("interpolate", vips::VInterpolate::new_from_name("bicubic"))
                          ->set("odx", (across - 1) / 2)
                          ->set("ody", (down - 1) / 2)
                          ->set("oarea", std::vector<int>{0, 0, to.width, to.height})
                          ->set("extend", VIPS_EXTEND_COPY)
                          ->set("premultiplied", TRUE));
}

}  // namespace

vips::VImage resized(const vips::VImage& image, Size to) {
  const double across = static_cast<double>(to.width) / image.width();
  const double down = static_cast<double>(to.height) / image.height();
  vips::VImage result = image;
  if (across < 1 || down < 1) {
    result = image.resize(std::min(across, 1.0), vips::VImage::option()->set("vscale", std::min(down, 1.0)));
  }
  return exactly(across > 1 || down > 1 ? enlarged(result, to) : result, to);
}

namespace {

Size rounded(const Extent& extent) {
  const auto whole = [](double side) { return std::max(1, static_cast<int>(std::lround(side))); };
  return {whole(extent.width), whole(extent.height)};
}

/// Not stretched: a part of a pixel that is missing at an edge is no reason to move all the others.
vips::VImage shrunk(const vips::VImage& image, Size to, const Extent& extent) {
  const double across = std::min(1.0, to.width / extent.width);
  const double down = std::min(1.0, to.height / extent.height);
  return exactly(exactly(image, rounded(extent)).resize(across, vips::VImage::option()->set("vscale", down)),
                 to);
}

}  // namespace

vips::VImage apply(const vips::VImage& image, const ResizeStep& step, const Extent& extent) {
  const bool shrinks = step.to.width <= extent.width && step.to.height <= extent.height;
  if (!shrinks || (extent.width == image.width() && extent.height == image.height()))
    return apply(image, step);
  return with_premultiplied(image,
                            [&](const vips::VImage& weighed) { return shrunk(weighed, step.to, extent); });
}

vips::VImage apply(const vips::VImage& image, const ResizeStep& step) {
  const Size to = step.to;
  if (image.width() == to.width && image.height() == to.height) return image;
  return with_premultiplied(image, [&](const vips::VImage& weighed) { return resized(weighed, to); });
}

}  // namespace rucola::render::pixels
