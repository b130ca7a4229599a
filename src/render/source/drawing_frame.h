// How large an SVG says that it is: what its root's width, height and viewBox come to, at 96 dpi as in
// browsers. Kept unrounded, since the ratio of a drawing of 1 × 0.75 is no longer that of 1 × 1, and with the
// root's id, since the operation svgdynamic may set these attributes to others.
//
// The server keeps it in the image's static metadata: {"svg": {"id": "a", "width": 188.976, "height":
// 141.732, "view_box": [200, 150]}}, each where the drawing has it.
//
// Values and pure functions; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "render/plan/size.h"

namespace rucola::render {

struct DrawingFrame {
  std::string root_id{};
  std::optional<double> width{};  ///< pixels; nothing where it is left to the surroundings, as with 100%
  std::optional<double> height{};
  std::optional<ExactSize> view_box{};

  /// Nothing where the metadata has none: of images from before it was kept.
  static std::optional<DrawingFrame> parse(std::string_view static_metadata_json);
  /// What stands below "svg" in the metadata.
  [[nodiscard]] boost::json::object to_json() const;

  /// The root's attribute set to another value; others than the three change nothing.
  void set(std::string_view attribute, std::string_view value);

  /// As that of a picture in a page without any style: where there is no viewBox either, 300 × 150.
  [[nodiscard]] ExactSize natural_size() const;
};

/// At least one pixel each; past what fits, the largest value there is: the limits refuse it afterwards.
Size whole(ExactSize size);

/// Nothing for percentages, "auto", nonsense, and what is not above 0.
std::optional<double> pixels_of_length(std::string_view length);

}  // namespace rucola::render
