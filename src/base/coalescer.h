// Lets the many who want the same thing at the same time wait for one who makes it.
//
// Threads: both functions are safe from any thread; waiters are called by whoever calls finish(), outside of
// the lock, each for the request that it joined for.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"
#include "base/request_id.h"

namespace rucola {

template <class T>
class Coalescer {
 public:
  using Outcome = Result<T>;
  using Waiter = std::function<void(const Outcome&)>;

  /// True for the first of a key: that caller makes the thing and calls finish().
  bool join(const std::string& key, Waiter waiter) {
    waiter = for_this_request(std::move(waiter));
    const Lock lock(mutex_);
    std::vector<Waiter>& waiters = waiting_[key];
    waiters.push_back(std::move(waiter));
    return waiters.size() == 1;
  }

  void finish(const std::string& key, const Outcome& outcome) {
    for (const Waiter& waiter : take(key))
      waiter(outcome);
  }

 private:
  std::vector<Waiter> take(const std::string& key) {
    const Lock lock(mutex_);
    auto found = waiting_.extract(key);
    return found ? std::move(found.mapped()) : std::vector<Waiter>();
  }

  Mutex mutex_;
  std::unordered_map<std::string, std::vector<Waiter>> waiting_ GUARDED_BY(mutex_);
};

}  // namespace rucola
