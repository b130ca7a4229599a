// A table in memory whose entries can be let go in the order of their last use, split into shards so that
// threads seldom meet on a lock. How much it may hold is for its owner to say: it counts nothing.
//
// Threads: every function from any thread; each takes the lock of one shard, take_coldest() that of each in
// turn. What is given to visit() runs under the lock and must be quick. Values are destroyed outside of it.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/mutex.h"

namespace rucola {

enum class Verdict { keep, drop };

template <class Value>
class ShardedLru {
 public:
  ShardedLru() = default;
  ShardedLru(const ShardedLru&) = delete;
  ShardedLru& operator=(const ShardedLru&) = delete;
  ~ShardedLru() = default;

  /// `look(Value&)` gives a Verdict; an entry that is kept counts as used. The value that was dropped, if
  /// any.
  template <class Look>
  std::optional<Value> visit(std::string_view key, const Look& look) {
    return shard_of(key).visit(key, look);
  }
  /// Not a use.
  [[nodiscard]] bool contains(std::string_view key) { return shard_of(key).contains(key); }

  /// The value that was there before, if any.
  std::optional<Value> replace(std::string key, Value value) {
    Shard& shard = shard_of(key);
    return shard.replace(std::move(key), std::move(value));
  }
  /// False, and nothing is changed, where the key is there already.
  bool insert(std::string key, Value value) {
    Shard& shard = shard_of(key);
    return shard.insert(std::move(key), std::move(value));
  }

  /// What was used least recently; nothing where the table is empty.
  std::optional<Value> take_coldest() {
    Shard* coldest = shards_.data();
    Ticks used = coldest->coldest();
    for (Shard& shard : shards_) {
      const Ticks other = shard.coldest();
      if (other < used) std::tie(coldest, used) = std::pair(&shard, other);
    }
    return coldest->take_coldest();
  }

 private:
  static constexpr std::size_t shard_count = 16;
  using Ticks = std::chrono::steady_clock::rep;

  class Shard {
   public:
    template <class Look>
    std::optional<Value> visit(std::string_view key, const Look& look) {
      const Lock lock(mutex_);
      const auto found = by_key_.find(key);
      if (found == by_key_.end()) return std::nullopt;
      const auto entry = found->second;
      if (look(entry->value) == Verdict::drop) return take(entry);
      entry->used = ticks();
      by_use_.splice(by_use_.begin(), by_use_, entry);
      return std::nullopt;
    }

    bool contains(std::string_view key) {
      const Lock lock(mutex_);
      return by_key_.contains(key);
    }

    std::optional<Value> replace(std::string key, Value value) {
      const Lock lock(mutex_);
      std::optional<Value> before;
      if (const auto found = by_key_.find(key); found != by_key_.end()) before = take(found->second);
      add(std::move(key), std::move(value));
      return before;
    }

    bool insert(std::string key, Value value) {
      const Lock lock(mutex_);
      if (by_key_.contains(key)) return false;
      add(std::move(key), std::move(value));
      return true;
    }

    /// When the entry at the cold end was last used.
    Ticks coldest() {
      const Lock lock(mutex_);
      return by_use_.empty() ? std::numeric_limits<Ticks>::max() : by_use_.back().used;
    }

    std::optional<Value> take_coldest() {
      const Lock lock(mutex_);
      if (by_use_.empty()) return std::nullopt;
      return take(std::prev(by_use_.end()));
    }

   private:
    struct Entry {
      std::string key;
      Value value;
      Ticks used;
    };
    using Place = std::list<Entry>::iterator;

    static Ticks ticks() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

    void add(std::string key, Value value) REQUIRES(mutex_) {
      by_use_.push_front({std::move(key), std::move(value), ticks()});
      by_key_.emplace(by_use_.front().key, by_use_.begin());
    }

    Value take(Place entry) REQUIRES(mutex_) {
      by_key_.erase(entry->key);
      Value value = std::move(entry->value);
      by_use_.erase(entry);
      return value;
    }

    Mutex mutex_;
    std::list<Entry> by_use_ GUARDED_BY(mutex_);  ///< last used first
    /// Views into by_use_.
    std::unordered_map<std::string_view, Place> by_key_ GUARDED_BY(mutex_);
  };

  Shard& shard_of(std::string_view key) { return shards_[std::hash<std::string_view>{}(key) % shard_count]; }

  std::array<Shard, shard_count> shards_;
};

}  // namespace rucola
