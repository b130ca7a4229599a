// For how long, and how much of it, the operator lets the history be kept.
#pragma once

#include <cstdint>

#include "base/config.h"

namespace rucola::catalog {

/// Section "audit".
struct AuditSettings {
  std::int64_t days = 400;      ///< 0: for ever
  std::int64_t alias_days = 0;  ///< 0: for ever
  /// Of one organization and kind, aliases apart. 0: all. They come as fast as api.requests_per_second lets
  /// a key change something back and forth, and those of one kind push out none of another.
  std::int64_t entries = 1'000'000;
};

void describe(config::Table& table, AuditSettings& settings);

}  // namespace rucola::catalog
