// Lets the many who want the same thing at the same time wait for one who makes it.
//
// Whoever waits may leave. Once all have left, whoever makes the thing may give it up; if somebody has come
// meanwhile, it is made again. Nor is what one of them is refused the answer to the others: each belongs to a
// party, and it is made again for the next.
//
// Threads: every function is safe from any thread; waiters are called by whoever calls finish(), outside of
// the lock, each for the request that it joined for. Those who have left are called, too: they let go of what
// they hold. Ownership: the object outlives the departures that it is given.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/departure.h"
#include "base/error.h"
#include "base/mutex.h"
#include "base/request_id.h"

namespace rucola {

/// A Party is compared with ==.
template <class T, class Party = std::monostate>
class Coalescer {
 public:
  using Outcome = Result<T>;
  using Waiter = std::function<void(const Outcome&)>;

  /// True for the first of a key: that caller makes the thing and calls finish(). `departure` is the waiter's
  /// own; null: it stays.
  bool join(const std::string& key, Waiter waiter, const std::shared_ptr<Departure>& departure = {},
            Party party = {}) {
    waiter = for_this_request(std::move(waiter));
    std::uint64_t id = 0;
    bool first = false;
    {
      const Lock lock(mutex_);
      Thing& thing = things_[key];
      first = thing.waiters.empty();
      id = next_id_++;
      thing.waiters.push_back({id, std::move(waiter), std::move(party)});
      ++thing.staying;
    }
    if (departure) departure->then([this, key, id] { leave(key, id); });
    return first;
  }

  /// Happens once everybody who waits has left. For whoever makes the thing, before finish().
  std::shared_ptr<Departure> departure_of(const std::string& key) {
    const Lock lock(mutex_);
    return things_[key].departure;
  }

  void finish(const std::string& key, const Outcome& outcome) { tell(take(key), outcome); }

  /// The thing was given up, since everybody had left. Where somebody has come since, it is to be made again,
  /// and this is their departure; else it is finished.
  std::shared_ptr<Departure> again_or_finish(const std::string& key, const Outcome& outcome) {
    std::vector<Waiting> waiters;
    {
      const Lock lock(mutex_);
      Thing& thing = things_[key];
      if (thing.staying > 0) return thing.departure = std::make_shared<Departure>();
      waiters = std::move(thing.waiters);
      things_.erase(key);
    }
    tell(waiters, outcome);
    return nullptr;
  }

  /// For whom it is to be made next.
  struct Next {
    Party party;
    std::shared_ptr<Departure> departure;  ///< of all who still wait
  };

  /// Whoever made the thing for `party` was told that it is not to be had by that one: all of it are told so.
  /// Where others wait, it is to be made again for the first of them; else it is finished.
  std::optional<Next> refuse(const std::string& key, const Party& party, const Outcome& outcome) {
    std::vector<Waiting> told;
    std::optional<Next> next;
    {
      const Lock lock(mutex_);
      Thing& thing = things_[key];
      std::vector<Waiting> others;
      for (Waiting& one : thing.waiters)
        (one.party == party ? told : others).push_back(std::move(one));
      thing.waiters = std::move(others);
      thing.staying = static_cast<std::size_t>(std::ranges::count(thing.waiters, false, &Waiting::left));
      if (const auto first = std::ranges::find(thing.waiters, false, &Waiting::left);
          first != thing.waiters.end()) {
        next = Next{first->party, thing.departure = std::make_shared<Departure>()};
      } else {
        std::ranges::move(thing.waiters, std::back_inserter(told));
        things_.erase(key);
      }
    }
    tell(told, outcome);
    return next;
  }

 private:
  struct Waiting {
    std::uint64_t id;
    Waiter call;
    Party party{};
    bool left = false;
  };
  struct Thing {
    std::vector<Waiting> waiters;
    std::size_t staying = 0;
    std::shared_ptr<Departure> departure = std::make_shared<Departure>();
  };

  void leave(const std::string& key, std::uint64_t id) {
    std::shared_ptr<Departure> everybody;
    {
      const Lock lock(mutex_);
      const auto thing = things_.find(key);
      if (thing == things_.end()) return;
      const auto waiter = std::ranges::find(thing->second.waiters, id, &Waiting::id);
      if (waiter == thing->second.waiters.end() || std::exchange(waiter->left, true)) return;
      if (--thing->second.staying > 0) return;
      everybody = thing->second.departure;
    }
    everybody->happen();
  }

  std::vector<Waiting> take(const std::string& key) {
    const Lock lock(mutex_);
    auto found = things_.extract(key);
    return found ? std::move(found.mapped().waiters) : std::vector<Waiting>();
  }

  static void tell(const std::vector<Waiting>& waiters, const Outcome& outcome) {
    for (const Waiting& waiter : waiters)
      waiter.call(outcome);
  }

  Mutex mutex_;
  std::unordered_map<std::string, Thing> things_ GUARDED_BY(mutex_);  // by key
  std::uint64_t next_id_ GUARDED_BY(mutex_) = 0;
};

}  // namespace rucola
