// When a change was. Pure and thread-safe.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/time.h"

namespace rucola::catalog {

/// `now`, but always after the change that it follows, also where the clock was set back meanwhile: who asks
/// with the date of an answer of before must not hear that nothing has changed.
constexpr Time moment_after(Time previous, Time now) {
  return std::max(now, previous + std::chrono::milliseconds{1});
}

}  // namespace rucola::catalog
