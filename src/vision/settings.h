// Who describes and labels pictures: section [vision] of the configuration.
//
// Threads: filled before the first thread starts, read-only afterwards. Ownership: plain values.
#pragma once

#include <chrono>
#include <string>

#include "base/config.h"
#include "base/error.h"

namespace rucola::vision {

struct Settings {
  std::string url;     ///< empty: nobody does
  std::string secret;  ///< empty: none is sent
  std::chrono::seconds timeout{30};
};

void describe(config::Table& table, Settings& settings);

/// Errors: bad_request, in words for whoever wrote them.
Result<void> check(const Settings& settings);

}  // namespace rucola::vision
