#include <cmath>
#include <numbers>
#include <vector>

#include "render/operations/pixels.h"
#include "render/plan/step.h"

namespace rucola::render::pixels {
namespace {

using vips::VImage;

constexpr double opaque = 255;

VipsAngle quarter_turns(double degrees) {
  switch (std::lround(degrees / 90) % 4) {
    case 1:
      return VIPS_ANGLE_D90;
    case 2:
      return VIPS_ANGLE_D180;
    case 3:
      return VIPS_ANGLE_D270;
    default:
      return VIPS_ANGLE_D0;
  }
}

/// Colour with an alpha band, so that any background can be told.
VImage with_alpha_and_color(const VImage& image) {
  const VImage color = image.colourspace(VIPS_INTERPRETATION_sRGB);
  return color.has_alpha() ? color : color.bandjoin_const({opaque});
}

std::vector<double> premultiplied_background(const RotateStep& step) {
  const double opacity = step.background_opacity / 100;
  return {step.background.red * opacity, step.background.green * opacity, step.background.blue * opacity,
          opaque * opacity};
}

/// Around the middle, onto a canvas whose middle is the same point.
VImage turn(const VImage& image, const RotateStep& step) {
  const double radians = step.degrees * std::numbers::pi / 180;
  const double cosine = std::cos(radians);
  const double sine = std::sin(radians);
  const Size canvas = turned({image.width(), image.height()}, step.degrees);
  const double middle_x = (cosine * image.width() - sine * image.height()) / 2;
  const double middle_y = (sine * image.width() + cosine * image.height()) / 2;
  const int left = static_cast<int>(std::lround(middle_x - canvas.width / 2.0));
  const int top = static_cast<int>(std::lround(middle_y - canvas.height / 2.0));
  return image.affine({cosine, -sine, sine, cosine},
                      VImage::option()
                          ->set("interpolate", vips::VInterpolate::new_from_name("bicubic"))
                          ->set("oarea", std::vector<int>{left, top, canvas.width, canvas.height})
                          ->set("premultiplied", TRUE)
                          ->set("background", premultiplied_background(step)));
}

}  // namespace

VImage apply(const VImage& image, const MirrorStep& /*step*/) {
  return image.fliphor();
}

VImage apply(const VImage& image, const RotateStep& step) {
  if (std::fmod(step.degrees, 90) == 0) return image.copy_memory().rot(quarter_turns(step.degrees));
  const bool stays_opaque = !image.has_alpha() && step.background_opacity >= 100;
  const VImage turned_image = with_premultiplied(
      with_alpha_and_color(image), [&](const VImage& weighed) { return turn(weighed.copy_memory(), step); });
  // In memory: a blur or the like that follows would ask for each pixel, and have it turned, several times.
  return (stays_opaque ? colors_of(turned_image) : turned_image).copy_memory();
}

}  // namespace rucola::render::pixels
