#include "render/plan/steps/composition.h"

namespace rucola::render {

std::optional<Placement> CompositionStep::moves(Size /*before*/) const {
  if (image_left_out) return std::nullopt;
  return Placement{.left = static_cast<double>(image.left), .top = static_cast<double>(image.top)};
}

}  // namespace rucola::render
