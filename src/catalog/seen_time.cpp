#include "catalog/seen_time.h"

#include <algorithm>

namespace rucola::catalog {

SeenClock look_again(const SeenClock& before, Time now) {
  if (!before.looked) return {.seen = before.seen, .looked = now};
  const SeenTime step = std::clamp<SeenTime>(now - *before.looked, SeenTime::zero(), longest_step);
  return {.seen = before.seen + step, .looked = now};
}

}  // namespace rucola::catalog
