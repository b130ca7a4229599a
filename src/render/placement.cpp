#include "render/placement.h"

#include <algorithm>
#include <cmath>

namespace rucola::render {

Box Placement::of(const Box& box) const {
  const double x1 = xx * box.left + xy * box.top + left;
  const double y1 = yx * box.left + yy * box.top + top;
  const double x2 = xx * (box.left + box.width) + xy * (box.top + box.height) + left;
  const double y2 = yx * (box.left + box.width) + yy * (box.top + box.height) + top;
  return {.left = std::min(x1, x2),
          .top = std::min(y1, y2),
          .width = std::abs(x2 - x1),
          .height = std::abs(y2 - y1)};
}

Placement Placement::then(const Placement& next) const {
  return {.xx = next.xx * xx + next.xy * yx,
          .xy = next.xx * xy + next.xy * yy,
          .yx = next.yx * xx + next.yy * yx,
          .yy = next.yx * xy + next.yy * yy,
          .left = next.xx * left + next.xy * top + next.left,
          .top = next.yx * left + next.yy * top + next.top};
}

}  // namespace rucola::render
