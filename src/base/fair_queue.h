// A bounded queue that is fair between owners, with a deadline for waiting.
//
// Whoever has least to say must not be drowned by whoever asks most: each owner (an organization, a client's
// address) may have a share of the waiting places and of what runs at one time, and the owners take turns.
// Within an owner it is first come, first served. An empty owner is the house itself: it takes its turn like
// any other, and its share is everything.
//
//   add() ──▶ waiting ──take()──▶ running ──finished()──▶ gone
//     │          └──waited too long, or closed──┐
//     └──no place──────────────────────────────▶ refused ──take_refused()──▶ gone
//
// Threads: every function is safe from any thread. take() blocks a thread that works, take_refused() the one
// thread that tells who waits that nothing will come of it; so a refusal is never told inside add().
// Wake order: takers are woken one an item, in no order. Cancellation: close() wakes everybody; take() then
// returns nothing even if items wait, and everything that waits or is added is refused. end(), after it, lets
// take_refused() return nothing once all is told.
// Bounds: `waiting` items wait; the refused are those that callers still wait for, and never wait for long.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/mutex.h"

namespace rucola {

enum class Refusal { full, share_full, waited_too_long, closed };

template <class T>
class FairQueue {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  struct Bounds {
    std::size_t waiting;            ///< in all
    std::size_t waiting_per_owner;  ///< of one owner
    Clock::duration longest_wait;
  };
  struct Taken {
    T item;
    std::string owner;  ///< for finished()
    Clock::duration waited;
  };
  struct Refused {
    T item;
    Refusal why;
  };

  explicit FairQueue(Bounds bounds) : bounds_(bounds) {}
  FairQueue(const FairQueue&) = delete;
  FairQueue& operator=(const FairQueue&) = delete;
  ~FairQueue() = default;

  /// Takes the item over and never blocks. It is not taken while `at_once` of its owner run.
  void add(T item, const std::string& owner, std::size_t at_once = unlimited) {
    const Lock lock(mutex_);
    if (const auto why = refusal_for(owner)) {
      refused_.push_back({std::move(item), *why});
      wake_refuser_.notify_one();
      return;
    }
    Owner& line = owners_[owner];
    if (line.waiting.empty()) line.turn = turns_.insert(turns_.end(), owner);
    line.waiting.push_back({std::move(item), at_once, Clock::now()});
    wake_taker_.notify_one();
    if (++waiting_ == 1) wake_refuser_.notify_one();  // else an earlier deadline is being watched already
  }

  /// The next item; nothing once the queue is closed.
  std::optional<Taken> take() {
    Lock lock(mutex_);
    for (;;) {
      if (closed_) return {};
      if (auto taken = take_next()) return taken;
      wake_taker_.wait(lock);
    }
  }

  /// What was taken for `owner` is done, or has failed.
  void finished(const std::string& owner) {
    const Lock lock(mutex_);
    const auto line = owners_.find(owner);
    --line->second.running;
    if (line->second.running == 0 && line->second.waiting.empty())
      owners_.erase(line);
    else
      wake_taker_.notify_one();
  }

  /// The next item that found no place or waited too long; nothing once the queue has ended.
  std::optional<Refused> take_refused() {
    Lock lock(mutex_);
    for (;;) {
      if (!refused_.empty()) {
        Refused item = std::move(refused_.front());
        refused_.pop_front();
        return item;
      }
      const auto oldest = oldest_line();
      if (oldest == owners_.end()) {
        if (ended_) return {};
        wake_refuser_.wait(lock);
        continue;
      }
      if (closed_) return Refused{take_front(oldest), Refusal::closed};
      const auto deadline = oldest->second.waiting.front().queued_at + bounds_.longest_wait;
      if (Clock::now() >= deadline) return Refused{take_front(oldest), Refusal::waited_too_long};
      wake_refuser_.wait_until(lock, deadline);
    }
  }

  void close() {
    const Lock lock(mutex_);
    closed_ = true;
    wake_taker_.notify_all();
    wake_refuser_.notify_all();
  }

  /// Closes, too. Nothing may be added afterwards.
  void end() {
    close();
    const Lock lock(mutex_);
    ended_ = true;
    wake_refuser_.notify_all();
  }

  [[nodiscard]] bool closed() const {
    const Lock lock(mutex_);
    return closed_;
  }

  [[nodiscard]] std::size_t waiting() const {
    const Lock lock(mutex_);
    return waiting_;
  }

 private:
  struct Entry {
    T item;
    std::size_t at_once;
    Clock::time_point queued_at;
  };
  using Turns = std::list<std::string>;
  struct Owner {
    std::deque<Entry> waiting;
    std::size_t running = 0;
    Turns::iterator turn{};  ///< while something waits
  };
  using Owners = std::map<std::string, Owner, std::less<>>;

  [[nodiscard]] std::optional<Refusal> refusal_for(const std::string& owner) const REQUIRES(mutex_) {
    if (closed_) return Refusal::closed;
    if (waiting_ >= bounds_.waiting) return Refusal::full;
    const auto line = owners_.find(owner);
    const bool has_share = !owner.empty() && line != owners_.end();
    if (has_share && line->second.waiting.size() >= bounds_.waiting_per_owner) return Refusal::share_full;
    return {};
  }

  /// Of the first owner in turn who may have one more running; that owner's next turn comes last.
  std::optional<Taken> take_next() REQUIRES(mutex_) {
    for (auto turn = turns_.begin(); turn != turns_.end(); ++turn) {
      const auto line = owners_.find(*turn);
      if (line->second.running >= line->second.waiting.front().at_once) continue;
      ++line->second.running;
      turns_.splice(turns_.end(), turns_, turn);
      const auto waited = Clock::now() - line->second.waiting.front().queued_at;
      std::string owner = line->first;
      return Taken{take_front(line), std::move(owner), waited};
    }
    return {};
  }

  T take_front(typename Owners::iterator line) REQUIRES(mutex_) {
    T item = std::move(line->second.waiting.front().item);
    line->second.waiting.pop_front();
    --waiting_;
    if (line->second.waiting.empty()) {
      turns_.erase(line->second.turn);
      if (line->second.running == 0) owners_.erase(line);
    }
    return item;
  }

  /// Whose first item has waited for longest; the end where nothing waits.
  typename Owners::iterator oldest_line() REQUIRES(mutex_) {
    auto oldest = owners_.end();
    for (auto line = owners_.begin(); line != owners_.end(); ++line) {
      if (line->second.waiting.empty()) continue;
      if (oldest == owners_.end() ||
          line->second.waiting.front().queued_at < oldest->second.waiting.front().queued_at) {
        oldest = line;
      }
    }
    return oldest;
  }

  const Bounds bounds_;
  mutable Mutex mutex_;
  Condition wake_taker_;              // waits for: an item that may run, or closed_
  Condition wake_refuser_;            // waits for: refused_, a first item, its deadline, closed_, ended_
  Owners owners_ GUARDED_BY(mutex_);  // those with something waiting or running
  Turns turns_ GUARDED_BY(mutex_);    // owners with something waiting, next first
  std::deque<Refused> refused_ GUARDED_BY(mutex_);
  std::size_t waiting_ GUARDED_BY(mutex_) = 0;
  bool closed_ GUARDED_BY(mutex_) = false;
  bool ended_ GUARDED_BY(mutex_) = false;
};

}  // namespace rucola
