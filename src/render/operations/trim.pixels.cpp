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

std::optional<CropStep> measure_trim(const VImage& image, double fuzzy) {
  constexpr double full_range = 255;
  constexpr double full_scale = 100;
  // Weighed by their opacity: colours that nobody sees don't differ.
  const VImage known = (image.has_alpha() ? image.premultiply() : image).copy_memory();
  const std::vector<double> background = known.getpoint(0, 0);
  const VImage marked = (difference_from(known, background) > full_range * fuzzy / full_scale).copy_memory();
  const Margins start = empty_margins(marked);
  if (start.left >= known.width()) return {};
  const Margins end = empty_margins(marked.rot180());
  return CropStep{.left = start.left,
                  .top = start.top,
                  .size = {known.width() - start.left - end.left, known.height() - start.top - end.top}};
}

}  // namespace rucola::render::pixels
