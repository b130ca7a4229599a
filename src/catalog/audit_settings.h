// For how long the operator lets the history be kept.
#pragma once

#include <cstdint>

#include "base/config.h"

namespace rucola::catalog {

/// Section "audit".
struct AuditSettings {
  std::int64_t days = 400;      ///< 0: for ever
  std::int64_t alias_days = 0;  ///< 0: for ever
};

void describe(config::Table& table, AuditSettings& settings);

}  // namespace rucola::catalog
