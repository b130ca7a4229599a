// Does whoever meets another program's lock on the catalog still wait for it? Whoever shuts down can't wait
// as long as a lock may be held, and neither can the clients who wait to be told.
//
// Threads: any. Ownership: one for all connections of a catalog, and outlives them.
#pragma once

#include <atomic>

namespace rucola::storage {

class LockWaits {
 public:
  /// From now on what is locked fails at once, for those who wait already as well.
  void end() noexcept { ended_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool ended() const noexcept { return ended_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> ended_ = false;
};

}  // namespace rucola::storage
