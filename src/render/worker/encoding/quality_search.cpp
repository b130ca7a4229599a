#include "render/worker/encoding/quality_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace rucola::render::worker {
namespace {

struct Knot {
  double quality;
  double logarithm;  ///< of the size, with 0 at a quality of 80
};

using Curve = std::array<Knot, 13>;

/// The mean of JPEG and WebP of four photos of 480 pixels. How steep it is for the picture at hand the search
/// finds out.
constexpr Curve usual{{{1, -2.207},
                       {5, -1.833},
                       {10, -1.427},
                       {20, -1.079},
                       {30, -0.844},
                       {40, -0.673},
                       {50, -0.528},
                       {60, -0.386},
                       {70, -0.236},
                       {80, 0},
                       {90, 0.405},
                       {95, 0.693},
                       {100, 1.308}}};

/// Of a photo of 240 pixels as JPEG 2000.
constexpr Curve of_decibels{{{1, -4.1},
                             {10, -4},
                             {15, -3.5},
                             {20, -2.7},
                             {25, -1.8},
                             {30, -1.05},
                             {35, -0.5},
                             {40, 0},
                             {45, 0.5},
                             {50, 0.9},
                             {60, 1.5},
                             {80, 2.2},
                             {100, 2.6}}};

const Curve& curve_of(QualityUnit unit) {
  return unit == QualityUnit::decibels ? of_decibels : usual;
}

/// Neither says much where two sizes differ by chance only.
constexpr double flattest = 0.3;
constexpr double steepest = 3;

double between(double at, double left, double right, double from, double to) {
  return from + (to - from) * (at - left) / (right - left);
}

double logarithm_at(const Curve& curve, double quality) {
  std::size_t knot = 1;
  while (knot + 1 < curve.size() && quality > curve.at(knot).quality)
    ++knot;
  const Knot& left = curve.at(knot - 1);
  const Knot& right = curve.at(knot);
  return between(quality, left.quality, right.quality, left.logarithm, right.logarithm);
}

double quality_at(const Curve& curve, double logarithm) {
  std::size_t knot = 1;
  while (knot + 1 < curve.size() && logarithm > curve.at(knot).logarithm)
    ++knot;
  const Knot& left = curve.at(knot - 1);
  const Knot& right = curve.at(knot);
  return between(logarithm, left.logarithm, right.logarithm, left.quality, right.quality);
}

/// A file that was written.
struct Tried {
  std::int32_t quality;
  double logarithm;  ///< of its size
};

Tried tried(std::int32_t quality, std::size_t bytes) {
  return {quality, std::log(static_cast<double>(std::max<std::size_t>(bytes, 1)))};
}

class Search {
 public:
  Search(std::size_t most_bytes, QualityRange range, Tried highest)
      : curve_(curve_of(range.unit)),
        wanted_(tried(0, most_bytes).logarithm),
        lowest_(range.lowest),
        too_large_(highest) {}

  [[nodiscard]] bool is_over() const { return left() <= 1; }

  [[nodiscard]] std::int32_t next(int tries_left) const {
    if (!fits_ && tries_left == 1) return lowest_;
    if (!fits_ && tries_left == 2) return (too_large_.quality + below()) / 2;  // the sizes are no guide here
    const double guess = std::clamp(std::floor(estimate() + rounding), 1.0, 100.0);
    return std::clamp(far_enough(static_cast<std::int32_t>(std::lrint(guess))), below() + 1,
                      too_large_.quality - 1);
  }

  void note_fitting(Tried file) {
    fits_ = file;
    in_a_row_ = std::max(in_a_row_, 0) + 1;
  }
  void note_too_large(Tried file) {
    before_ = std::exchange(too_large_, file);
    in_a_row_ = std::min(in_a_row_, 0) - 1;
  }

  [[nodiscard]] std::optional<std::int32_t> found() const {
    return fits_ ? std::optional(fits_->quality) : std::nullopt;
  }

 private:
  static constexpr double rounding = 1e-9;

  /// Nothing from here down needs to be tried.
  [[nodiscard]] std::int32_t below() const { return fits_ ? fits_->quality : lowest_ - 1; }

  [[nodiscard]] std::int32_t left() const { return too_large_.quality - below(); }

  /// Estimates that are wrong in the same direction again and again are followed by ever longer steps.
  [[nodiscard]] std::int32_t far_enough(std::int32_t guess) const {
    if (!fits_ || std::abs(in_a_row_) < 2) return guess;
    const std::int32_t step = std::min(1 << (std::abs(in_a_row_) - 1), left() / 2);
    return in_a_row_ > 0 ? std::max(guess, below() + step) : std::min(guess, too_large_.quality - step);
  }

  [[nodiscard]] double steepness(const Tried& one, const Tried& other) const {
    const double usually = logarithm_at(curve_, one.quality) - logarithm_at(curve_, other.quality);
    return std::clamp((one.logarithm - other.logarithm) / usually, flattest, steepest);
  }

  [[nodiscard]] double steepness_here() const {
    if (fits_) return steepness(too_large_, *fits_);
    return before_ ? steepness(*before_, too_large_) : 1;
  }

  /// The quality of just that size, starting from the file that is nearest to it.
  [[nodiscard]] double estimate() const {
    const bool fitting_is_nearer =
        fits_ && wanted_ - fits_->logarithm <= std::abs(too_large_.logarithm - wanted_);
    const Tried& from = fitting_is_nearer ? *fits_ : too_large_;
    const double logarithm =
        logarithm_at(curve_, from.quality) + (wanted_ - from.logarithm) / steepness_here();
    return quality_at(curve_, logarithm);
  }

  const Curve& curve_;
  double wanted_;
  std::int32_t lowest_;
  Tried too_large_;
  std::optional<Tried> before_;  ///< the one that was too large before
  std::optional<Tried> fits_;
  int in_a_row_ = 0;  ///< tries that fitted, or below 0 those that were too large
};

}  // namespace

std::optional<std::int32_t> highest_quality_within(std::size_t most_bytes, QualityRange range,
                                                   const BytesWith& bytes_with) {
  const std::size_t bytes_at_highest = bytes_with(range.highest);
  if (bytes_at_highest <= most_bytes) return range.highest;
  Search search(most_bytes, range, tried(range.highest, bytes_at_highest));
  for (int tries_left = most_quality_tries - 1; tries_left > 0 && !search.is_over(); --tries_left) {
    const std::int32_t quality = search.next(tries_left);
    const std::size_t bytes = bytes_with(quality);
    if (bytes <= most_bytes) {
      search.note_fitting(tried(quality, bytes));
    } else {
      search.note_too_large(tried(quality, bytes));
    }
  }
  return search.found();
}

}  // namespace rucola::render::worker
