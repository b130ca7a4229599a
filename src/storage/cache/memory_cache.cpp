#include "storage/cache/memory_cache.h"

#include <atomic>
#include <string>
#include <string_view>
#include <utility>

#include "base/sharded_lru.h"

namespace rucola::storage {
namespace {

using delivery::StoredRender;

/// List and table nodes, control block, key and allocator's share: measured at about 350 bytes.
constexpr std::int64_t overhead_bytes = 384;

std::int64_t cost(const StoredRender& render) {
  return overhead_bytes +
         static_cast<std::int64_t>(render.bytes.footprint() + render.content_type.capacity());
}

std::int64_t size_of(const StoredRender& render) {
  return static_cast<std::int64_t>(render.bytes.size());
}

class MemoryCache final : public SizedCache {
 public:
  explicit MemoryCache(std::int64_t bytes) : limit_(bytes) {}
  MemoryCache(const MemoryCache&) = delete;
  MemoryCache& operator=(const MemoryCache&) = delete;
  ~MemoryCache() override {
    while (auto render = renders_.take_coldest())
      let_go(**render);
  }

  std::shared_ptr<const StoredRender> find(std::string_view key) override {
    std::shared_ptr<const StoredRender> found;
    renders_.visit(key, [&found](const std::shared_ptr<const StoredRender>& render) {
      found = render;
      return Verdict::keep;
    });
    return found;
  }

  /// Content never changes under a key: what is there stays.
  void keep(std::string_view key, std::shared_ptr<const StoredRender> render) override {
    if (!would_keep(*render)) return;
    take_hold(*render);
    if (!renders_.insert(std::string(key), render)) return let_go(*render);
    evict();
  }

  [[nodiscard]] bool would_keep(const StoredRender& render) const override {
    return cost(render) <= limit_ / 8;
  }

  void resize(std::int64_t bytes) override {
    limit_ = bytes;
    evict();
  }

 private:
  /// Reads the limit each time: where it is lowered meanwhile, one of the two sees what the other did.
  void evict() {
    while (kept_ > limit_) {
      const auto evicted = renders_.take_coldest();
      if (!evicted) return;
      let_go(**evicted);
    }
  }
  void take_hold(const StoredRender& render) {
    kept_ += cost(render);
    render.residency.enter_memory(size_of(render));
  }
  void let_go(const StoredRender& render) {
    render.residency.leave_memory(size_of(render));
    kept_ -= cost(render);
  }

  std::atomic<std::int64_t> limit_;
  std::atomic<std::int64_t> kept_ = 0;
  ShardedLru<std::shared_ptr<const StoredRender>> renders_;
};

}  // namespace

std::unique_ptr<SizedCache> make_memory_cache(std::int64_t bytes) {
  return std::make_unique<MemoryCache>(bytes);
}

}  // namespace rucola::storage
