#include "render/plan/steps/crop.h"

namespace rucola::render {

std::optional<Placement> CropStep::moves(Size /*before*/) const {
  return Placement{.left = static_cast<double>(-left), .top = static_cast<double>(-top)};
}

}  // namespace rucola::render
