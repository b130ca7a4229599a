// The areas of an image that its dynamic metadata names: what must not be cut away.
//
// Pure; thread-safe. Metadata may hold anything: what is not an area, or lies outside the image, is none.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "render/plan/placement.h"
#include "render/plan/step.h"

namespace rucola::render {

struct Areas {
  std::optional<Box> subject;  ///< subject_area
  std::optional<Box> crop;     ///< crop_area
};

struct AreasOfImage {
  Areas general;
  std::optional<Box> face;                              ///< detection_face
  std::map<std::string, Point, std::less<>> landmarks;  ///< detection_face.landmarks, such as eyeLeft
  std::map<std::string, Areas, std::less<>> named;      ///< multi_areas
};

/// Boxes and points in pixels of the image of that size; boxes are clamped to it, points outside are none.
/// `metadata`: the image's dynamic metadata as JSON.
AreasOfImage parse_areas(std::string_view metadata, Size image);

}  // namespace rucola::render
