// How large the letters of an SVG come to be. librsvg 2.54 computes them in whole numbers, and what does not
// fit into one (from 2,000,000 pixels on) is the end of the process.
//
// Sizes may be said in units of the surrounding ones, element in element, and style sheets may say them of
// any element: what cannot be told is taken for the largest that it could be.
//
// An object belongs to one thread; the functions are pure. Hostile input is expected.
#pragma once

#include <string_view>
#include <vector>

namespace rucola::render::worker {

/// Pixels. Nobody sees anything of letters that are larger.
inline constexpr double largest_font_size = 500'000;

struct FontSize {
  double amount = 0;         ///< pixels, or how many times
  bool is_relative = false;  ///< to the surrounding element's
};

/// The value of font-size, or of font, which has other numbers beside it: all that may be sizes.
std::vector<FontSize> font_sizes_of(std::string_view value);
/// Of declarations in a style or a style sheet; `style` is lower case, without escapes.
std::vector<FontSize> declared_font_sizes(std::string_view style);

class FontSizes {
 public:
  /// An element, until end(), and what its own attributes declare.
  void begin(const std::vector<FontSize>& declared);
  void end();
  /// Whether none is larger than allowed, whichever elements the style sheets' sizes may apply to.
  [[nodiscard]] bool are_bounded(const std::vector<FontSize>& of_style_sheets) const;

 private:
  std::vector<double> open_;              // sizes of the elements around
  std::vector<double> largest_by_depth_;  // of all elements
};

}  // namespace rucola::render::worker
