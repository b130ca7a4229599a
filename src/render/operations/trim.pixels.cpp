#include <optional>
#include <vector>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {
namespace {

using vips::VImage;

/// The largest difference over all bands of a pixel, alpha included, so that transparent edges count too.
VImage difference_from(const VImage& image, const std::vector<double>& background) {
  const VImage differences = (image - background).abs();
  VImage largest = differences.extract_band(0);
  for (int band = 1; band < differences.bands(); ++band) {
    const VImage other = differences.extract_band(band);
    largest = (other > largest).ifthenelse(other, largest);
  }
  return largest;
}

/// Colours are weighed by their opacity: those that nobody sees don't differ.
VImage difference_from_corner(const VImage& image) {
  const VImage known = (image.has_alpha() ? image.premultiply() : image).copy_memory();
  return difference_from(known, known.getpoint(0, 0));
}

/// What can be seen through differs as far as it is seen on that colour.
VImage difference_from(const VImage& image, Color color) {
  const std::vector<double> bands{static_cast<double>(color.red), static_cast<double>(color.green),
                                  static_cast<double>(color.blue)};
  if (!image.has_alpha()) return difference_from(image, bands);
  auto* const on_color = VImage::option()->set("background", bands);
  return difference_from(with_alpha_band(image).flatten(on_color), bands);
}

struct Margins {
  int left;
  int top;
};

/// How many columns and rows hold nothing but zeros before the first that holds something else.
Margins empty_margins(const VImage& marked) {
  VImage rows;
  const VImage columns = marked.profile(&rows);
  return {.left = static_cast<int>(rows.min()), .top = static_cast<int>(columns.min())};
}

}  // namespace

std::optional<CropStep> measure_trim(const VImage& image, double fuzzy,
                                     const std::optional<Color>& background) {
  constexpr double full_range = 255;
  constexpr double full_scale = 100;
  const VImage differences = background ? difference_from(image, *background) : difference_from_corner(image);
  const VImage marked = (differences > full_range * fuzzy / full_scale).copy_memory();
  const Margins start = empty_margins(marked);
  if (start.left >= marked.width()) return {};
  const Margins end = empty_margins(marked.rot180());
  return CropStep{.left = start.left,
                  .top = start.top,
                  .size = {marked.width() - start.left - end.left, marked.height() - start.top - end.top}};
}

}  // namespace rucola::render::pixels
