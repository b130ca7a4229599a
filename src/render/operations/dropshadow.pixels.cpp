#include <vector>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {
namespace {

using vips::VImage;

constexpr double opaque = 255;

VImage on_canvas(const VImage& image, int left, int top, Size canvas) {
  return image.embed(left, top, canvas.width, canvas.height,
                     VImage::option()->set("extend", VIPS_EXTEND_BLACK));
}

/// As large as the canvas.
VImage shadow_of(const VImage& image, const DropShadowStep& step, Size canvas) {
  constexpr double whole = 100;
  const VImage shape =
      on_canvas(opacity_of(image), step.left() + step.horizontal, step.top() + step.vertical, canvas);
  const VImage opacity = blurred(shape, step.sigma, step.reach).linear(step.opacity / whole, 0);
  const std::vector<double> color{static_cast<double>(step.color.red), static_cast<double>(step.color.green),
                                  static_cast<double>(step.color.blue)};
  return opacity.new_from_image(color)
      .cast(VIPS_FORMAT_UCHAR)
      .bandjoin(opacity.rint().cast(VIPS_FORMAT_UCHAR))
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

}  // namespace

VImage apply(const VImage& image, const DropShadowStep& step) {
  const Size canvas = step.after({image.width(), image.height()});
  const VImage color = image.colourspace(VIPS_INTERPRETATION_sRGB).copy_memory();
  const VImage with_alpha = color.has_alpha() ? color : color.bandjoin_const({opaque});
  const VImage placed = on_canvas(with_alpha, step.left(), step.top(), canvas);
  return shadow_of(color, step, canvas).composite2(placed, VIPS_BLEND_MODE_OVER).cast(VIPS_FORMAT_UCHAR);
}

}  // namespace rucola::render::pixels
