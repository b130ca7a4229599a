// Token buckets by name: each holds so many tokens, is full at first, and gets a new token every so often. A
// bucket is one time, that from which on it would be full again.
//
// Threads: every function from any thread; each takes the lock of one shard. Bounds: no more buckets than
// `most`; past that the least recently used one is let go, which is as if it were full.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/sharded_lru.h"

namespace rucola {

class TokenBuckets {
 public:
  using Clock = std::chrono::steady_clock;

  struct Rate {
    Clock::duration interval{};  ///< a new token; 0: nobody waits for one
    std::int64_t most = 1;       ///< tokens in a full bucket
  };

  explicit TokenBuckets(std::size_t most) : most_(most) {}

  /// Takes a token, or says how long it takes until there is one, and takes none.
  std::optional<Clock::duration> take(std::string_view name, const Rate& rate, Clock::time_point at);
  /// The same, and takes none either way.
  std::optional<Clock::duration> wait(std::string_view name, const Rate& rate, Clock::time_point at);
  /// One that was taken for nothing.
  void give_back(std::string_view name, const Rate& rate);

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void add(std::string_view name, Clock::time_point full_at);

  const std::size_t most_;
  ShardedLru<Clock::time_point> buckets_;
  std::atomic<std::size_t> size_{0};
};

}  // namespace rucola
