#include "render/plan/steps/resize.h"

namespace rucola::render {

std::optional<Placement> ResizeStep::moves(Size before) const {
  return Placement{.xx = static_cast<double>(to.width) / before.width,
                   .yy = static_cast<double>(to.height) / before.height};
}

}  // namespace rucola::render
