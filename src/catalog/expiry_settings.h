// After how long the operator lets things be gone for good.
#pragma once

#include <cstdint>

#include "base/config.h"

namespace rucola::catalog {

/// Section "expiry".
struct ExpirySettings {
  std::int64_t deleted_images_days = 30;  ///< 0: never
  std::int64_t previews_days = 7;         ///< 0: never
};

void describe(config::Table& table, ExpirySettings& settings);

}  // namespace rucola::catalog
