// Looks again and again for what processes that have ended left in the spool: another server on the same
// folder may crash long after this one has started.
//
// Threads: one of its own, which ends with the object. Ownership: the spool outlives it.
#pragma once

#include <chrono>

#include "base/recurring_thread.h"
#include "base/spool.h"

namespace rucola::cli {

class SpoolKeeper {
 public:
  explicit SpoolKeeper(const Spool& spool, std::chrono::milliseconds every = std::chrono::minutes{5});

 private:
  RecurringThread thread_;
};

}  // namespace rucola::cli
