#include <algorithm>
#include <cmath>
#include <vector>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {
namespace {

/// At the right and at the bottom the edge is repeated, or cut. libvips rounds sides to the nearest pixel,
/// which is the planned one; should a version round otherwise, it is this one all the same.
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

/// So many pixels in a row, of which so many smaller ones are to be made.
struct Row {
  int pixels;
  int smaller;
};

/// The picture's own, and a few behind them. Where smaller pixels don't come to whole ones, libvips shares
/// out what is missing between both ends, which moves all of them; so the row is as long as they nearly do.
Row fitting_row(double extent, int smaller) {
  constexpr int most_behind = 8;
  constexpr double near_enough = 0.02;  // of a pixel
  const double factor = extent / smaller;
  Row best{};
  double least = 1;
  for (int behind = 0; behind <= most_behind && least > near_enough; ++behind) {
    const double whole = (smaller + behind) * factor;
    const double missing = std::abs(whole - std::round(whole));
    if (missing >= least) continue;
    least = missing;
    best = {.pixels = static_cast<int>(std::lround(whole)), .smaller = smaller + behind};
  }
  return best;
}

/// Neither stretched nor moved: a part of a pixel that is missing at an edge is nothing to the others.
vips::VImage shrunk(const vips::VImage& image, Size to, const Extent& extent) {
  const Row across = fitting_row(extent.width, to.width);
  const Row down = fitting_row(extent.height, to.height);
  const vips::VImage whole = exactly(image, {across.pixels, down.pixels});
  const vips::VImage smaller =
      whole.resize(to.width / extent.width, vips::VImage::option()->set("vscale", to.height / extent.height));
  return exactly(smaller, to);
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
