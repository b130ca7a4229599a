// Configuration of purging the caches in front of us, whichever they are; caches.h has their own.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/config.h"

namespace rucola::cdn {

/// Section "purge".
struct PurgeSettings {
  std::int64_t alias_per_hour = 10;
  std::int64_t stack_per_hour = 5;
  std::int64_t image_per_hour = 5;
  /// A render and its wait in the queue take at most 40 s; an answer that was on its way when the first purge
  /// came is stored by then. The rest is slack for slow networks.
  std::chrono::seconds repeat_after{45};
};

void describe(config::Table& table, PurgeSettings& settings);

}  // namespace rucola::cdn
