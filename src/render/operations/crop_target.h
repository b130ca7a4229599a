// What a crop is about: an area of the image that its metadata names, a place, or what draws attention.
//
// Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "render/operations/operation.h"
#include "render/plan/anchor.h"
#include "render/plan/placement.h"

namespace rucola::render {

struct CropAnchor {
  enum class Kind : std::uint8_t {
    any_area,
    subject_area,
    crop_area,
    face,
    smart,
    place
  } kind = Kind::any_area;
  Anchor place;
};

/// What parse_crop_anchor() reads, as a regular expression for people.
inline constexpr std::string_view crop_anchor_pattern =
    "^(auto|subjectarea|croparea|face|smart|"
    "(left|center|right|[0-9]{1,5})[_-](top|center|bottom|[0-9]{1,5}))$";

std::optional<CropAnchor> parse_crop_anchor(std::string_view text);

/// An area in pixels of the image as it is now.
struct CropTarget {
  Box box;
  bool is_frame = false;  ///< a crop area: nothing outside it is to be seen
};

/// The area that the anchor names, as the image's metadata tells it; nothing where there is none, where
/// earlier crops have cut it away, or where earlier steps leave unknown where it is. `name`: of one of the
/// multi_areas, whose areas go first; may be empty.
std::optional<CropTarget> find_target(CropAnchor::Kind kind, std::string_view name,
                                      const PlanningContext& context);

}  // namespace rucola::render
