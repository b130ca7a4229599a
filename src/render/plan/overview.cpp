#include "render/plan/overview.h"

#include <algorithm>
#include <cmath>

namespace rucola::render {

Size overview_of(Size size, std::int32_t longest_side) {
  const double factor = std::min(1.0, static_cast<double>(longest_side) / std::max(size.width, size.height));
  const auto side = [&](std::int32_t length) {
    return std::max(1, static_cast<std::int32_t>(std::lround(length * factor)));
  };
  return {side(size.width), side(size.height)};
}

}  // namespace rucola::render
