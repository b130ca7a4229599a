// What an operator may choose about the management API: section [api] of the configuration.
//
// Threads: filled before the first thread starts, and when the configuration is loaded again; read by the
// main thread. Ownership: plain values.
#pragma once

#include "api/throttle.h"
#include "base/config.h"

namespace rucola::api {

struct Settings {
  bool sign_up = false;  ///< may anybody make himself a user, and users organizations?
  ThrottleLimits throttle{};
};

void describe(config::Table& table, Settings& settings);

}  // namespace rucola::api
