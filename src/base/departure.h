// That somebody who waited for something has left: a client that closed its connection, or the last of many
// who waited for one thing. Whoever works for it may then save itself the work.
//
// Threads: every function is safe from any thread; calls are made on the thread that notices the departure,
// outside of the lock, and must be quick. Ownership: shared by who notices and who works; a call is kept
// until the departure, or as long as the object. Errors: none; a call must not throw.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace rucola {

class Departure {
 public:
  Departure() = default;
  Departure(const Departure&) = delete;
  Departure& operator=(const Departure&) = delete;
  ~Departure() = default;

  /// Once, and for ever.
  void happen() {
    std::vector<std::function<void()>> calls;
    {
      const Lock lock(mutex_);
      happened_ = true;
      calls.swap(calls_);
    }
    for (const auto& call : calls)
      call();
  }

  [[nodiscard]] bool has_happened() const { return happened_; }

  /// At once where it has happened already.
  void then(std::function<void()> call) {
    {
      const Lock lock(mutex_);
      if (!happened_) return calls_.push_back(std::move(call));
    }
    call();
  }

 private:
  Mutex mutex_;
  std::atomic<bool> happened_ = false;  // set with the lock held, read without
  std::vector<std::function<void()>> calls_ GUARDED_BY(mutex_);
};

/// Nobody who leaves is known: it stays.
inline bool has_left(const std::shared_ptr<const Departure>& departure) {
  return departure != nullptr && departure->has_happened();
}

}  // namespace rucola
