#include "render/plan/steps/dropshadow.h"

namespace rucola::render {

std::optional<Placement> DropShadowStep::moves(Size /*before*/) const {
  return Placement{.left = static_cast<double>(left()), .top = static_cast<double>(top())};
}

}  // namespace rucola::render
