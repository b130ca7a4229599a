#include "render/operations/pixels.h"

namespace rucola::render::pixels {
namespace {

/// libvips rounds sides to the nearest pixel, which is the planned one; should a version round otherwise, an
/// edge is repeated or cut.
vips::VImage exactly(const vips::VImage& image, Size to) {
  if (image.width() == to.width && image.height() == to.height) return image;
  return image.embed(0, 0, to.width, to.height, vips::VImage::option()->set("extend", VIPS_EXTEND_COPY));
}

}  // namespace

vips::VImage apply(const vips::VImage& image, const ResizeStep& step) {
  const Size to = step.to;
  if (image.width() == to.width && image.height() == to.height) return image;
  const double across = static_cast<double>(to.width) / image.width();
  const double down = static_cast<double>(to.height) / image.height();
  return with_premultiplied(image, [&](const vips::VImage& weighed) {
    return exactly(weighed.resize(across, vips::VImage::option()->set("vscale", down)), to);
  });
}

}  // namespace rucola::render::pixels
