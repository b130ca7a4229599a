// The shapes that the operation primitive paints with. All of them are polygons in the end, so that the
// search for the best one and the final drawing agree.
//
// Values; the random numbers are the caller's. Nothing of libvips: plain geometry.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <vector>

namespace rucola::render::primitive {

struct Point {
  double x = 0;
  double y = 0;
};

using Polygon = std::vector<Point>;

/// In the order of the operation's option `mode`.
enum class Kind : std::uint8_t {
  triangle = 1,
  rectangle,
  ellipse,
  circle,
  turned_rectangle,
  curve,
  turned_ellipse,
  quadrangle,
};
inline constexpr int kinds = 8;

/// 0 up to, not including, 1; the same on every machine.
double fraction(std::mt19937& random);

class Shape {
 public:
  /// Somewhere on a picture of that size.
  static Shape random(Kind kind, double width, double height, std::mt19937& random);
  /// A neighbour of it.
  [[nodiscard]] Shape changed(double width, double height, std::mt19937& random) const;
  [[nodiscard]] Polygon outline() const;

 private:
  Kind kind_ = Kind::triangle;
  /// Corners, or middle, half sides and angle: what the kind makes of them.
  std::array<double, 8> numbers_{};
};

}  // namespace rucola::render::primitive
