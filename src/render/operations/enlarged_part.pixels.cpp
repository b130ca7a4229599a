#include <algorithm>
#include <cmath>
#include <vector>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {
namespace {

/// Of a row or column of pixels: what the part is made of, and how.
struct Axis {
  int start = 0;
  int length = 0;
  double factor = 1;
  double shift = 0;  ///< in pixels of the part
};

/// Bicubic interpolation looks two pixels around itself.
constexpr double margin = 3;

Axis axis(int image, std::int32_t whole, std::int32_t from, std::int32_t part) {
  const double factor = static_cast<double>(whole) / image;
  const double first = std::floor(from / factor) - margin;
  const double last = std::ceil((static_cast<double>(from) + part) / factor) + margin;
  Axis made;
  made.start = static_cast<int>(std::clamp(first, 0.0, image - 1.0));
  made.length = static_cast<int>(std::clamp<double>(last, made.start + 1.0, image)) - made.start;
  made.factor = factor;
  // The middle of the image is that of the whole, as with a resize.
  made.shift = factor * made.start + (factor - 1) / 2 - from;
  return made;
}

}  // namespace

vips::VImage apply(const vips::VImage& image, const EnlargedPartStep& step) {
  const Axis across = axis(image.width(), step.whole.width, step.left, step.size.width);
  const Axis down = axis(image.height(), step.whole.height, step.top, step.size.height);
  const vips::VImage needed = image.extract_area(across.start, down.start, across.length, down.length);
  return with_premultiplied(needed, [&](const vips::VImage& weighed) {
    return weighed.affine({across.factor, 0, 0, down.factor},
                          vips::VImage::option()
                              ->set("interpolate", vips::VInterpolate::new_from_name("bicubic"))
                              ->set("odx", across.shift)
                              ->set("ody", down.shift)
                              ->set("oarea", std::vector<int>{0, 0, step.size.width, step.size.height})
                              ->set("extend", VIPS_EXTEND_COPY)
                              ->set("premultiplied", TRUE));
  });
}

}  // namespace rucola::render::pixels
