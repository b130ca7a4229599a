// One render per key, however many wait for it.
//
// Threads: any. A waiter is called exactly once, by whoever calls finish(), outside the lock.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "delivery/render_cache.h"

namespace rucola::delivery {

class Coalescer {
 public:
  using Outcome = Result<std::shared_ptr<const StoredRender>>;
  using Waiter = std::function<void(const Outcome&)>;

  /// True for the first of a key: that caller renders and calls finish().
  bool join(const std::string& key, Waiter waiter);
  void finish(const std::string& key, const Outcome& outcome);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::vector<Waiter>> waiting_;  // guarded by mutex_
};

}  // namespace rucola::delivery
