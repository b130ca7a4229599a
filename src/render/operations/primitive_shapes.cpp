#include "render/operations/primitive_shapes.h"

#include <cmath>
#include <numbers>

namespace rucola::render::primitive {
namespace {

using Numbers = std::array<double, 8>;

constexpr double pi = std::numbers::pi;
constexpr double full_turn = 2 * pi;

bool has_corners(Kind kind) {
  return kind == Kind::triangle || kind == Kind::quadrangle || kind == Kind::curve;
}

Point turned(Point point, Point middle, double angle) {
  return {middle.x + point.x * std::cos(angle) - point.y * std::sin(angle),
          middle.y + point.x * std::sin(angle) + point.y * std::cos(angle)};
}

/// Middle (0, 1), half width (2), half height (3), angle (4).
Polygon rectangle(const Numbers& n, double angle) {
  const Point middle{n[0], n[1]};
  return {turned({-n[2], -n[3]}, middle, angle), turned({n[2], -n[3]}, middle, angle),
          turned({n[2], n[3]}, middle, angle), turned({-n[2], n[3]}, middle, angle)};
}

Polygon ellipse(const Numbers& n, double half_height, double angle) {
  constexpr int corners = 36;
  Polygon outline;
  for (int i = 0; i < corners; ++i) {
    const double at = full_turn * i / corners;
    outline.push_back(turned({n[2] * std::cos(at), half_height * std::sin(at)}, {n[0], n[1]}, angle));
  }
  return outline;
}

/// A quadratic Bézier curve, drawn with a pen as wide as the last number says.
Polygon curve(const Numbers& n) {
  constexpr int pieces = 12;
  Polygon there;
  Polygon back;
  for (int i = 0; i <= pieces; ++i) {
    const double t = static_cast<double>(i) / pieces;
    const double u = 1 - t;
    const Point at{u * u * n[0] + 2 * u * t * n[2] + t * t * n[4],
                   u * u * n[1] + 2 * u * t * n[3] + t * t * n[5]};
    const Point along{u * (n[2] - n[0]) + t * (n[4] - n[2]), u * (n[3] - n[1]) + t * (n[5] - n[3])};
    const double length = std::hypot(along.x, along.y) + 1e-9;
    const double half = n[6] / 2;
    there.push_back({at.x - along.y / length * half, at.y + along.x / length * half});
    back.push_back({at.x + along.y / length * half, at.y - along.x / length * half});
  }
  there.insert(there.end(), back.rbegin(), back.rend());
  return there;
}

/// Around 0, mostly small: the sum of three even ones.
double nudge(std::mt19937& random, double size) {
  return (fraction(random) + fraction(random) + fraction(random) - 1.5) * size;
}

constexpr double least_half_side = 0.5;

}  // namespace

double fraction(std::mt19937& random) {
  constexpr double range = 4'294'967'296;
  return static_cast<double>(random()) / range;
}

Shape Shape::random(Kind kind, double width, double height, std::mt19937& random) {
  Shape shape;
  shape.kind_ = kind;
  Numbers& n = shape.numbers_;
  n[0] = fraction(random) * width;
  n[1] = fraction(random) * height;
  constexpr double near = 0.5;
  if (has_corners(kind)) {
    for (std::size_t i = 2; i < n.size(); i += 2) {
      n[i] = n[0] + nudge(random, width * near);
      n[i + 1] = n[1] + nudge(random, height * near);
    }
    if (kind == Kind::curve) n[6] = 1 + fraction(random) * 3;
    return shape;
  }
  n[2] = least_half_side + fraction(random) * width / 3;
  n[3] = least_half_side + fraction(random) * height / 3;
  n[4] = fraction(random) * pi;
  return shape;
}

Shape Shape::changed(double width, double height, std::mt19937& random) const {
  Shape shape = *this;
  Numbers& n = shape.numbers_;
  const std::size_t pair = 2 * static_cast<std::size_t>(fraction(random) * 4);
  constexpr double step = 0.15;
  n[pair] += nudge(random, width * step);
  n[pair + 1] += nudge(random, height * step);
  if (kind_ == Kind::curve) n[6] = std::min(std::max(n[6], 1.0), 5.0);
  if (!has_corners(kind_)) {
    if (pair == 4) n[4] = numbers_[4] + nudge(random, 1);
    n[2] = std::max(n[2], least_half_side);
    n[3] = std::max(n[3], least_half_side);
  }
  return shape;
}

Polygon Shape::outline() const {
  const Numbers& n = numbers_;
  switch (kind_) {
    case Kind::triangle:
      return {{n[0], n[1]}, {n[2], n[3]}, {n[4], n[5]}};
    case Kind::rectangle:
      return rectangle(n, 0);
    case Kind::ellipse:
      return ellipse(n, n[3], 0);
    case Kind::circle:
      return ellipse(n, n[2], 0);
    case Kind::turned_rectangle:
      return rectangle(n, n[4]);
    case Kind::curve:
      return curve(n);
    case Kind::turned_ellipse:
      return ellipse(n, n[3], n[4]);
    case Kind::quadrangle:
      return {{n[0], n[1]}, {n[2], n[3]}, {n[4], n[5]}, {n[6], n[7]}};
  }
  return {};
}

}  // namespace rucola::render::primitive
