// A value that may be replaced while others work with it, such as settings that are read again.
//
// Threads: every function is safe from any thread. Ownership: who has asked for the value keeps it for as
// long as he holds it; to be of one mind about all that is in it, ask once.
#pragma once

#include <memory>
#include <utility>

#include "base/mutex.h"

namespace rucola {

template <class Value>
class Live {
 public:
  explicit Live(Value value) { replace(std::move(value)); }

  [[nodiscard]] std::shared_ptr<const Value> get() const {
    const Lock lock(mutex_);
    return value_;
  }
  void replace(Value value) {
    auto fresh = std::make_shared<const Value>(std::move(value));
    const Lock lock(mutex_);
    value_ = std::move(fresh);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Value> value_ GUARDED_BY(mutex_);
};

}  // namespace rucola
