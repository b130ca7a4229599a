#include "storage/cache/memory_cache.h"

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <limits>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace rucola::storage {
namespace {

using delivery::StoredRender;
using Nanoseconds = std::int64_t;

Nanoseconds steady_now() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

struct Entry {
  std::string key;
  std::shared_ptr<const StoredRender> render;
  std::int64_t bytes;
  Nanoseconds used;
};

/// List and table nodes, control block, key and allocator's share: measured at about 350 bytes.
constexpr std::int64_t overhead_bytes = 384;

std::int64_t cost(const StoredRender& render) {
  return overhead_bytes + static_cast<std::int64_t>(render.bytes.capacity() + render.content_type.capacity());
}

/// A part of the keys, in order of use. Every function returns how many bytes more or fewer it keeps.
class Shard {
 public:
  std::shared_ptr<const StoredRender> find(std::string_view key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    found->second->used = steady_now();
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return found->second->render;
  }

  std::int64_t keep(std::string_view key, std::shared_ptr<const StoredRender> render, std::int64_t bytes) {
    const std::lock_guard lock(mutex_);
    if (by_key_.contains(key)) return 0;  // content never changes under a key
    by_use_.push_front({std::string(key), std::move(render), bytes, steady_now()});
    by_key_.emplace(by_use_.front().key, by_use_.begin());
    return bytes;
  }

  /// When the entry at the cold end was last used.
  Nanoseconds coldest() {
    const std::lock_guard lock(mutex_);
    return by_use_.empty() ? std::numeric_limits<Nanoseconds>::max() : by_use_.back().used;
  }

  std::int64_t evict_coldest() {
    std::list<Entry> evicted;  // freed after the lock
    const std::lock_guard lock(mutex_);
    if (by_use_.empty()) return 0;
    evicted.splice(evicted.begin(), by_use_, std::prev(by_use_.end()));
    by_key_.erase(evicted.front().key);
    return -evicted.front().bytes;
  }

 private:
  std::mutex mutex_;
  std::list<Entry> by_use_;  // guarded by mutex_; last used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator>
      by_key_;  // guarded by mutex_; views into by_use_
};

class MemoryCache final : public delivery::RenderCache {
 public:
  explicit MemoryCache(std::int64_t bytes) : limit_(bytes) {}

  std::shared_ptr<const StoredRender> find(std::string_view key) override { return shard_of(key).find(key); }

  void keep(std::string_view key, std::shared_ptr<const StoredRender> render) override {
    const std::int64_t bytes = cost(*render);
    if (bytes > limit_ / 8) return;
    kept_ += shard_of(key).keep(key, std::move(render), bytes);
    while (kept_ > limit_)
      kept_ += coldest_shard().evict_coldest();
  }

 private:
  static constexpr std::size_t shards = 16;

  Shard& shard_of(std::string_view key) { return shards_[std::hash<std::string_view>{}(key) % shards]; }

  Shard& coldest_shard() {
    Shard* coldest = shards_.data();
    Nanoseconds used = coldest->coldest();
    for (Shard& shard : shards_) {
      const Nanoseconds other = shard.coldest();
      if (other < used) std::tie(coldest, used) = std::pair(&shard, other);
    }
    return *coldest;
  }

  const std::int64_t limit_;
  std::atomic<std::int64_t> kept_ = 0;
  std::array<Shard, shards> shards_;
};

}  // namespace

std::unique_ptr<delivery::RenderCache> make_memory_cache(std::int64_t bytes) {
  return std::make_unique<MemoryCache>(bytes);
}

}  // namespace rucola::storage
