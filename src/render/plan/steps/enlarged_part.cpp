#include "render/plan/steps/enlarged_part.h"

#include "render/plan/steps/crop.h"
#include "render/plan/steps/resize.h"

namespace rucola::render {

std::optional<Placement> EnlargedPartStep::moves(Size before) const {
  const auto larger = ResizeStep{whole}.moves(before);
  const auto cut = CropStep{.left = left, .top = top, .size = size}.moves(whole);
  return larger && cut ? std::optional(larger->then(*cut)) : std::nullopt;
}

}  // namespace rucola::render
