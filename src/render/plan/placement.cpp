#include "render/plan/placement.h"

#include <algorithm>
#include <cmath>

namespace rucola::render {

Point Placement::of(Point point) const {
  return {.x = xx * point.x + xy * point.y + left, .y = yx * point.x + yy * point.y + top};
}

Box Placement::of(const Box& box) const {
  const Point one = of(Point{box.left, box.top});
  const Point other = of(Point{box.left + box.width, box.top + box.height});
  return {.left = std::min(one.x, other.x),
          .top = std::min(one.y, other.y),
          .width = std::abs(other.x - one.x),
          .height = std::abs(other.y - one.y)};
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
