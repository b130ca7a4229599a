// A bounded queue that is fair between owners, and within an owner between its members, with a deadline for
// waiting.
//
// Whoever has least to say must not be drowned by whoever asks most: each owner (an organization, a client's
// address) and each member (one client of an organization) may have a share of the waiting places, an owner
// also of what runs at one time. The owners take turns, and whenever an owner's turn comes, so do its
// members. Within a member it is first come, first served, but that what may not run yet holds up nothing
// behind it. An empty owner is the house itself, and an empty member the owner itself: they take their turns
// like any other, and their share is everything.
//
// Heavy items, whoever they are of, may have a bound on how many of them run at one time, so that light ones
// always find somebody.
//
//   add() ──▶ waiting ──take()──▶ running ──finished()──▶ gone
//     │          └──waited too long, withdrawn, or closed──┐
//     └──no place─────────────────────────────────────────▶ refused ──take_refused()──▶ gone
//
// Threads: every function is safe from any thread. take() blocks a thread that works, take_refused() the one
// thread that tells who waits that nothing will come of it; so a refusal is never told inside add() or
// withdraw_if().
// Wake order: takers are woken one an item, in no order. Cancellation: close() wakes everybody; take() then
// returns nothing even if items wait, and everything that waits or is added is refused. end(), after it, lets
// take_refused() return nothing once all is told.
// Bounds: `waiting` items wait; the refused are those that callers still wait for, and never wait for long.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/mutex.h"

namespace rucola {

enum class Refusal : std::uint8_t { full, share_full, waited_too_long, closed, withdrawn };

template <class T>
class FairQueue {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  struct Bounds {
    std::size_t waiting;                         ///< in all
    std::size_t waiting_per_owner;               ///< of one owner
    std::size_t waiting_per_member = unlimited;  ///< of one member of an owner
    std::size_t heavy_at_once = unlimited;       ///< of all owners together
    Clock::duration longest_wait;
  };
  /// Whose turn and whose share an item takes.
  struct Claim {
    std::string owner;
    std::string member{};
    /// Not taken while so many of the owner's items run that have such a bound.
    std::size_t at_once = unlimited;
    bool heavy = false;
  };
  /// What an item that comes now has before it.
  struct Outlook {
    std::size_t ahead;        ///< of those that wait, if every owner and member keeps to its turns
    Clock::duration crowded;  ///< so long has something been waiting without a break
  };
  using Admission = std::function<bool(const Outlook&)>;
  struct Taken {
    T item;
    Claim claim;  ///< for finished()
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

  /// Takes the item over and never blocks. What `admits` says no to, which is called with the queue's lock
  /// held, is refused as if the queue were full.
  void add(T item, Claim claim, const Admission& admits = {}) {
    const Lock lock(mutex_);
    if (const auto why = refusal_for(claim)) return refuse(std::move(item), *why);
    if (entries_.empty()) crowded_since_ = Clock::now();
    if (admits && !admits({ahead_of(claim), Clock::now() - crowded_since_}))
      return refuse(std::move(item), Refusal::full);
    Owner& owner = owners_[claim.owner];
    if (owner.waiting++ == 0) owner.turn = turns_.insert(turns_.end(), claim.owner);
    Member& member = owner.members[claim.member];
    if (member.waiting++ == 0) member.turn = owner.turns.insert(owner.turns.end(), claim.member);
    auto& line = member.lines.at(line_of(claim));
    line.push_back(entries_.insert(entries_.end(), Entry{std::move(item), std::move(claim), Clock::now()}));
    wake_taker_.notify_one();
    if (entries_.size() == 1)
      wake_refuser_.notify_one();  // else an earlier deadline is being watched already
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

  /// What was taken for `claim` is done, or has failed.
  void finished(const Claim& claim) {
    const Lock lock(mutex_);
    const auto owner = owners_.find(claim.owner);
    --owner->second.running;
    if (claim.at_once != unlimited) --owner->second.bounded_running;
    if (claim.heavy) --heavy_running_;
    if (!entries_.empty()) wake_taker_.notify_one();
    if (owner->second.running == 0 && owner->second.waiting == 0) owners_.erase(owner);
  }

  /// What waits and is as `unwanted` says is refused. Called with the queue's lock held, for every item.
  void withdraw_if(const std::function<bool(const T&)>& unwanted) {
    const Lock lock(mutex_);
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      const auto here = entry++;
      if (unwanted(here->item)) refuse(remove(here), Refusal::withdrawn);
    }
  }

  /// The next item that found no place, waited too long or was withdrawn; nothing once the queue has ended.
  std::optional<Refused> take_refused() {
    Lock lock(mutex_);
    for (;;) {
      if (!refused_.empty()) {
        Refused item = std::move(refused_.front());
        refused_.pop_front();
        return item;
      }
      if (entries_.empty()) {
        if (ended_) return {};
        wake_refuser_.wait(lock);
        continue;
      }
      if (closed_) return Refused{remove(entries_.begin()), Refusal::closed};
      const auto deadline = entries_.front().queued_at + bounds_.longest_wait;
      if (Clock::now() >= deadline) return Refused{remove(entries_.begin()), Refusal::waited_too_long};
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
    return entries_.size();
  }

 private:
  struct Entry {
    T item;
    Claim claim;
    Clock::time_point queued_at;
  };
  using Entries = std::list<Entry>;
  using Turns = std::list<std::string>;
  /// What may have to wait for different things waits in different lines; each is in the order of arrival.
  using Line = std::list<typename Entries::iterator>;
  struct Member {
    std::array<Line, 4> lines;
    std::size_t waiting = 0;
    Turns::iterator turn{};
  };
  using Members = std::map<std::string, Member, std::less<>>;
  struct Owner {
    Members members;  ///< those with something waiting
    Turns turns;      ///< of them, next first
    std::size_t waiting = 0;
    std::size_t running = 0;
    std::size_t bounded_running = 0;  ///< of them those with a bound of their own
    Turns::iterator turn{};           ///< while something waits
  };
  using Owners = std::map<std::string, Owner, std::less<>>;

  static std::size_t line_of(const Claim& claim) {
    return (claim.heavy ? 2U : 0U) + (claim.at_once != unlimited ? 1U : 0U);
  }

  [[nodiscard]] std::optional<Refusal> refusal_for(const Claim& claim) const REQUIRES(mutex_) {
    if (closed_) return Refusal::closed;
    if (entries_.size() >= bounds_.waiting) return Refusal::full;
    const auto owner = owners_.find(claim.owner);
    if (owner == owners_.end()) return {};
    if (!claim.owner.empty() && owner->second.waiting >= bounds_.waiting_per_owner)
      return Refusal::share_full;
    const auto member = owner->second.members.find(claim.member);
    const bool has_share = !claim.member.empty() && member != owner->second.members.end();
    if (has_share && member->second.waiting >= bounds_.waiting_per_member) return Refusal::share_full;
    return {};
  }

  /// All but the one that is named have that many turns, if they have so much waiting.
  template <class Many>
  static std::size_t turns_of_others(const Many& many, const std::string& name, std::size_t turns) {
    std::size_t others = 0;
    for (const auto& [other, one] : many)
      if (other != name) others += std::min(one.waiting, turns);
    return others;
  }

  /// While an item's member, and then its owner, comes to its turn once more than it has items before it, so
  /// may all others.
  [[nodiscard]] std::size_t ahead_of(const Claim& claim) const REQUIRES(mutex_) {
    std::size_t ahead = 0;
    if (const auto owner = owners_.find(claim.owner); owner != owners_.end()) {
      const Members& members = owner->second.members;
      if (const auto member = members.find(claim.member); member != members.end())
        ahead = member->second.waiting;
      ahead += turns_of_others(members, claim.member, ahead + 1);
    }
    return ahead + turns_of_others(owners_, claim.owner, ahead + 1);
  }

  void refuse(T item, Refusal why) REQUIRES(mutex_) {
    refused_.push_back({std::move(item), why});
    wake_refuser_.notify_one();
  }

  [[nodiscard]] bool may_run(const Owner& owner, const Claim& claim) const REQUIRES(mutex_) {
    return owner.bounded_running < claim.at_once && (!claim.heavy || heavy_running_ < bounds_.heavy_at_once);
  }

  /// The member's oldest that may run; the end of all entries where there is none.
  Entries::iterator next_of(const Owner& owner, const Member& member) REQUIRES(mutex_) {
    auto next = entries_.end();
    for (const Line& line : member.lines) {
      if (line.empty() || !may_run(owner, line.front()->claim)) continue;
      if (next == entries_.end() || line.front()->queued_at < next->queued_at) next = line.front();
    }
    return next;
  }

  /// Of the first owner in turn, and its first member in turn, who may have one more running; the next turn
  /// of both comes last.
  std::optional<Taken> take_next() REQUIRES(mutex_) {
    for (auto owners_turn = turns_.begin(); owners_turn != turns_.end(); ++owners_turn) {
      Owner& owner = owners_.find(*owners_turn)->second;
      for (auto turn = owner.turns.begin(); turn != owner.turns.end(); ++turn) {
        const auto next = next_of(owner, owner.members.find(*turn)->second);
        if (next == entries_.end()) continue;
        turns_.splice(turns_.end(), turns_, owners_turn);
        owner.turns.splice(owner.turns.end(), owner.turns, turn);
        return run(owner, next);
      }
    }
    return {};
  }

  Taken run(Owner& owner, Entries::iterator entry) REQUIRES(mutex_) {
    const Claim claim = entry->claim;
    ++owner.running;
    if (claim.at_once != unlimited) ++owner.bounded_running;
    if (claim.heavy) ++heavy_running_;
    const auto waited = Clock::now() - entry->queued_at;
    return Taken{remove(entry), claim, waited};
  }

  T remove(Entries::iterator entry) REQUIRES(mutex_) {
    const auto owner = owners_.find(entry->claim.owner);
    const auto member = owner->second.members.find(entry->claim.member);
    Line& line = member->second.lines.at(line_of(entry->claim));
    line.erase(std::ranges::find(line, entry));  // the first, but for what is withdrawn
    if (--member->second.waiting == 0) {
      owner->second.turns.erase(member->second.turn);
      owner->second.members.erase(member);
    }
    if (--owner->second.waiting == 0) {
      turns_.erase(owner->second.turn);
      if (owner->second.running == 0) owners_.erase(owner);
    }
    T item = std::move(entry->item);
    entries_.erase(entry);
    return item;
  }

  const Bounds bounds_;
  mutable Mutex mutex_;
  Condition wake_taker_;                // waits for: an item that may run, or closed_
  Condition wake_refuser_;              // waits for: refused_, a first item, its deadline, closed_, ended_
  Entries entries_ GUARDED_BY(mutex_);  // what waits, in the order of arrival
  Owners owners_ GUARDED_BY(mutex_);    // those with something waiting or running
  Turns turns_ GUARDED_BY(mutex_);      // owners with something waiting, next first
  std::deque<Refused> refused_ GUARDED_BY(mutex_);
  std::size_t heavy_running_ GUARDED_BY(mutex_) = 0;
  Clock::time_point crowded_since_ GUARDED_BY(mutex_);  ///< while something waits
  bool closed_ GUARDED_BY(mutex_) = false;
  bool ended_ GUARDED_BY(mutex_) = false;
};

}  // namespace rucola
