#include "render/plan/film_frames.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace rucola::render {
namespace {

constexpr std::int64_t milliseconds_each = 1000;
/// Browsers show what lasts less than 11 milliseconds for a tenth of a second.
constexpr std::int64_t shortest = 30;

/// To the nearest.
std::int64_t in_units(double milliseconds, std::int32_t unit) {
  return std::llround(milliseconds / unit) * unit;
}

}  // namespace

std::int64_t frames_in(std::int64_t milliseconds, std::int32_t each_second) {
  if (milliseconds < shortest) return 1;
  return (milliseconds - shortest) * each_second / milliseconds_each + 1;
}

std::vector<int> frame_durations(std::int64_t milliseconds, std::int32_t each_second, std::int32_t unit) {
  const double distance = static_cast<double>(milliseconds_each) / each_second;
  const std::int64_t end = in_units(static_cast<double>(milliseconds), unit);
  std::vector<int> durations(static_cast<std::size_t>(frames_in(milliseconds, each_second)));
  std::int64_t from = 0;
  for (std::size_t i = 0; i < durations.size(); ++i) {
    const bool is_last = i + 1 == durations.size();
    const std::int64_t to = is_last ? end : in_units(distance * static_cast<double>(i + 1), unit);
    durations[i] = static_cast<int>(std::max<std::int64_t>(unit, to - from));
    from = to;
  }
  return durations;
}

}  // namespace rucola::render
