// Things that somebody holds at the moment, by key: whoever makes or reads the same once more takes theirs,
// so that a large one is in memory once, however many hold it.
//
// Threads: any; one lock, held for a look-up and a comparison. Ownership: none, it keeps nothing alive.
// Bounds: an entry for each thing that is alive, and at most as many again, or 64, of things that are not any
// more.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mutex.h"

namespace rucola {

template <class T>
class InUse {
 public:
  /// Null: nobody holds one.
  std::shared_ptr<T> find(std::string_view key) {
    const Lock lock(mutex_);
    const auto found = things_.find(key);
    return found == things_.end() ? nullptr : found->second.lock();
  }

  /// The one to hold: where somebody holds one under that key already, theirs, if `is_same(theirs, mine)`,
  /// which must be quick; else `mine`, which is found from now on.
  template <class Same>
  std::shared_ptr<T> share(std::string_view key, std::shared_ptr<T> mine, const Same& is_same) {
    std::shared_ptr<T> theirs;  // where this is its last owner, it goes after the lock
    const Lock lock(mutex_);
    const auto [entry, is_new] = things_.try_emplace(std::string(key));
    if (!is_new) theirs = entry->second.lock();
    if (theirs && is_same(*theirs, *mine)) return theirs;
    entry->second = mine;
    forget_the_dead();
    return mine;
  }

 private:
  /// Where so few are there, nobody looks for dead ones.
  static constexpr std::size_t few = 64;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const noexcept { return std::hash<std::string_view>{}(key); }
  };

  /// Seldom enough that a call costs the same however many there are.
  void forget_the_dead() REQUIRES(mutex_) {
    if (things_.size() < std::max(look_again_at_, few)) return;
    std::erase_if(things_, [](const auto& entry) { return entry.second.expired(); });
    look_again_at_ = 2 * things_.size();
  }

  Mutex mutex_;
  std::unordered_map<std::string, std::weak_ptr<T>, Hash, std::equal_to<>> things_ GUARDED_BY(mutex_);
  std::size_t look_again_at_ GUARDED_BY(mutex_) = 0;  ///< so many entries
};

}  // namespace rucola
