#include <algorithm>
#include <vector>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {
namespace {

using vips::VImage;

constexpr double opaque = 255;

bool fills(const VImage& image, Position at, Size canvas) {
  return at == Position{} && image.width() == canvas.width && image.height() == canvas.height;
}

bool misses(const VImage& image, Position at, Size canvas) {
  return at.left >= canvas.width || at.top >= canvas.height || at.left <= -image.width() ||
         at.top <= -image.height();
}

VImage transparent(Size size) {
  constexpr int bands = 4;
  return VImage::black(size.width, size.height, VImage::option()->set("bands", bands))
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

/// Transparent where the image is not.
VImage on_canvas(const VImage& image, Position at, Size canvas) {
  if (fills(image, at, canvas)) return image;
  if (misses(image, at, canvas)) return transparent(canvas);  // libvips embeds only what is to be seen
  return with_alpha_band(image).embed(at.left, at.top, canvas.width, canvas.height);
}

/// libvips cuts its results off to whole numbers, which would darken what is seen through something, so it
/// gets room for fractions.
VImage merged(const VImage& below, const VImage& above) {
  return below.cast(VIPS_FORMAT_FLOAT)
      .composite2(above.cast(VIPS_FORMAT_FLOAT), VIPS_BLEND_MODE_OVER)
      .rint()
      .cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

}  // namespace

VImage with_alpha_band(const VImage& image) {
  const VImage color = image.colourspace(VIPS_INTERPRETATION_sRGB);
  return color.has_alpha() ? color : color.bandjoin_const({opaque});
}

VImage color_box(Size size, Color color) {
  return VImage::black(size.width, size.height)
      .new_from_image(std::vector<double>{static_cast<double>(color.red), static_cast<double>(color.green),
                                          static_cast<double>(color.blue)})
      .cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

VImage over(const VImage& base, const VImage& overlay, Position at) {
  const int left = std::max(at.left, 0);
  const int top = std::max(at.top, 0);
  const int width = std::min(at.left + overlay.width(), base.width()) - left;
  const int height = std::min(at.top + overlay.height(), base.height()) - top;
  if (width <= 0 || height <= 0) return base;
  const bool covers = width == base.width() && height == base.height();
  // Read twice, for the part and for what is around it, which a file that is read from top to bottom does not
  // allow.
  const VImage color = (covers ? base : base.copy_memory()).colourspace(VIPS_INTERPRETATION_sRGB);
  const VImage above = with_alpha_band(overlay.extract_area(left - at.left, top - at.top, width, height));
  const VImage part = merged(with_alpha_band(color.extract_area(left, top, width, height)), above);
  const VImage result = base.has_alpha() ? part : colors_of(part);
  return covers ? result : color.insert(result, left, top);
}

VImage compose(const VImage& image, const VImage& overlay, const CompositionStep& step) {
  if (step.image_left_out) return on_canvas(overlay, step.overlay_at, step.canvas);
  const VImage result = step.image_in_front
                            ? over(on_canvas(overlay, step.overlay_at, step.canvas), image, step.image)
                            : over(on_canvas(image, step.image, step.canvas), overlay, step.overlay_at);
  return image.has_alpha() || step.leaves_gaps ? result : colors_of(result);
}

}  // namespace rucola::render::pixels
