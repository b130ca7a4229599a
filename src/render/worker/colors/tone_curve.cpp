#include "render/worker/colors/tone_curve.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace rucola::render::worker {
namespace {

using Vector = std::array<double, 3>;

constexpr Matrix identity{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
constexpr Matrix bradford{{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}};

Matrix operator*(const Matrix& a, const Matrix& b) {
  Matrix product{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      for (std::size_t i = 0; i < 3; ++i)
        product[row][column] += a[row][i] * b[i][column];
    }
  }
  return product;
}

Vector operator*(const Matrix& matrix, const Vector& vector) {
  Vector product{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t i = 0; i < 3; ++i)
      product[row] += matrix[row][i] * vector[i];
  }
  return product;
}

Matrix diagonal(const Vector& vector) {
  return {{{vector[0], 0, 0}, {0, vector[1], 0}, {0, 0, vector[2]}}};
}

double determinant(const Matrix& m) {
  return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
         m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
         m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

/// Its determinant is not 0.
Matrix inverse(const Matrix& m) {
  const double whole = determinant(m);
  Matrix result{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      const std::size_t r1 = (column + 1) % 3;
      const std::size_t r2 = (column + 2) % 3;
      const std::size_t c1 = (row + 1) % 3;
      const std::size_t c2 = (row + 2) % 3;
      result[row][column] = (m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]) / whole;
    }
  }
  return result;
}

Vector xyz_of(Chromaticity color) {
  return {color.x / color.y, 1, (1 - color.x - color.y) / color.y};
}

Matrix columns(const Primaries& primaries) {
  const Vector red = xyz_of(primaries.red);
  const Vector green = xyz_of(primaries.green);
  const Vector blue = xyz_of(primaries.blue);
  return {{{red[0], green[0], blue[0]}, {red[1], green[1], blue[1]}, {red[2], green[2], blue[2]}}};
}

bool spans_colors(const Primaries& primaries) {
  for (const Chromaticity& color : {primaries.red, primaries.green, primaries.blue, primaries.white}) {
    if (!(color.y > 0)) return false;
  }
  constexpr double least = 1e-6;
  return std::abs(determinant(columns(primaries))) > least;
}

Matrix to_xyz(const Primaries& primaries) {
  const Matrix ratios = columns(primaries);
  return ratios * diagonal(inverse(ratios) * xyz_of(primaries.white));
}

Matrix adaptation(Chromaticity from, Chromaticity to) {
  const Vector before = bradford * xyz_of(from);
  const Vector after = bradford * xyz_of(to);
  const Vector ratio{after[0] / before[0], after[1] / before[1], after[2] / before[2]};
  return inverse(bradford) * diagonal(ratio) * bradford;
}

}  // namespace

double nits_of_pq(double sample) {
  constexpr double m1 = 2610.0 / 16384;
  constexpr double m2 = 2523.0 / 4096 * 128;
  constexpr double c1 = 3424.0 / 4096;
  constexpr double c2 = 2413.0 / 4096 * 32;
  constexpr double c3 = 2392.0 / 4096 * 32;
  constexpr double brightest = 10'000;
  const double power = std::pow(std::clamp(sample, 0.0, 1.0), 1 / m2);
  return brightest * std::pow(std::max(power - c1, 0.0) / (c2 - c3 * power), 1 / m1);
}

double scene_light_of_hlg(double sample) {
  constexpr double a = 0.17883277;
  constexpr double b = 1 - 4 * a;
  constexpr double c = 0.55991073;  // 0.5 - a ln(4 a)
  if (sample <= 0.5) return sample * sample / 3;
  return (std::exp((sample - c) / a) + b) / 12;
}

double srgb_of_light(double light) {
  if (light <= 0.0031308) return 12.92 * light;
  return 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

Matrix between(const Primaries& from, const Primaries& to) {
  if (!spans_colors(from) || !spans_colors(to)) return identity;
  return inverse(to_xyz(to)) * adaptation(from.white, to.white) * to_xyz(from);
}

ToneCurve::ToneCurve(double peak_nits)
    : peak_(std::max(1.0, peak_nits / white_nits)),
      white_(1 - 0.5 * std::min(1.0, std::log(peak_) / std::log(1000 / white_nits))) {}

double ToneCurve::gain(double highest) const {
  if (highest <= 1) return white_;
  if (highest >= peak_) return 1 / highest;
  constexpr double kappa =
      0.65;  // how far the middle point lies on the way to where the straight line meets the top
  const double middle_x = 1 + kappa * (1 / white_ - 1);
  const double middle_y = white_ + kappa * (1 - white_);
  // highest = 1 + b t + a t²
  const double a = 1 - 2 * middle_x + peak_;
  const double b = 2 * (middle_x - 1);
  const double c = 1 - highest;
  const double t = -2 * c / (b + std::sqrt(b * b - 4 * a * c));
  const double mapped = white_ * (1 - t) * (1 - t) + 2 * middle_y * t * (1 - t) + t * t;
  return mapped / highest;
}

}  // namespace rucola::render::worker
