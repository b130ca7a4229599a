// How much time has passed while somebody looked at the clock of a catalog again and again. What can't be
// undone is counted in it, not by the clock: one that is set a year ahead makes nothing a year older, and one
// that is set back makes nothing younger. Pure functions, thread-safe.
#pragma once

#include <chrono>
#include <optional>

#include "base/time.h"

namespace rucola::catalog {

/// Since the catalog began to count.
using SeenTime = std::chrono::milliseconds;

struct SeenClock {
  SeenTime seen{};
  std::optional<Time> looked{};  ///< when somebody did last; nothing: never
};

/// What lies between two looks counts as this at most: no server ran for the rest of it, or the clock was
/// set.
inline constexpr std::chrono::hours longest_step{1};

SeenClock look_again(const SeenClock& before, Time now);

}  // namespace rucola::catalog
