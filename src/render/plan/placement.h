// Where a picture's parts go when a step turns, scales or cuts it, so that an area that was told in pixels of
// the source is found again later.
//
// Values; pure functions.
#pragma once

namespace rucola::render {

/// Pixels, not necessarily whole ones.
struct Box {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;
  bool operator==(const Box&) const = default;
};

struct Point {
  double x = 0;
  double y = 0;
};

/// The point (x, y) goes to (xx·x + xy·y + left, yx·x + yy·y + top). Sides of boxes stay level and upright:
/// only quarter turns, scalings and shifts are made.
struct Placement {
  double xx = 1;
  double xy = 0;
  double yx = 0;
  double yy = 1;
  double left = 0;
  double top = 0;

  [[nodiscard]] Box of(const Box& box) const;
  [[nodiscard]] Point of(Point point) const;
  /// This one, and after it the next.
  [[nodiscard]] Placement then(const Placement& next) const;
  [[nodiscard]] bool swaps_sides() const { return xx == 0; }
};

}  // namespace rucola::render
