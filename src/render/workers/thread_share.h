// How many threads a job gets. A picture that is asked for alone is there sooner when the processors of idle
// workers compute it as well; where others wait, or are made at the same time, all are there soonest when
// each is made by one.
//
// Pure; thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "render/protocol/messages.h"

namespace rucola::render {

/// Of one more job, which has its worker already: `idle` others have nothing to do, and so many jobs wait.
constexpr std::int64_t threads_of_next(std::ptrdiff_t idle, std::size_t waiting) {
  if (waiting > 0) return 1;
  return std::clamp<std::int64_t>(1 + idle, 1, protocol::threads_limit);
}

}  // namespace rucola::render
