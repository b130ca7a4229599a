// The settings of delivery, which may be replaced while requests are under way.
//
// Threads: every function is safe from any thread. Ownership: who has asked for them keeps them for as long
// as he holds them.
#pragma once

#include <memory>
#include <utility>

#include "base/mutex.h"
#include "delivery/settings.h"

namespace rucola::delivery {

class LiveSettings {
 public:
  explicit LiveSettings(Settings settings) { replace(std::move(settings)); }

  [[nodiscard]] std::shared_ptr<const Settings> get() const {
    const Lock lock(mutex_);
    return settings_;
  }
  /// Answers that were made with the old ones must be forgotten after it:
  /// catalog::ChangeFollower::forget_all().
  void replace(Settings settings) {
    auto fresh = std::make_shared<const Settings>(std::move(settings));
    const Lock lock(mutex_);
    settings_ = std::move(fresh);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Settings> settings_ GUARDED_BY(mutex_);
};

}  // namespace rucola::delivery
