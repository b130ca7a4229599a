// The renders that somebody holds at the moment, by key: an answer that is being sent, a cache. Whoever reads
// or makes the same once more takes theirs, so that many clients that are slow to take one render cost its
// bytes once, and not once each.
//
// Threads: any; one lock, held for a look-up. Ownership: none, it keeps nothing alive. Bounds: an entry for
// each render that is alive and at least `shared_from` bytes long, and at most as many again that are not any
// more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mutex.h"
#include "delivery/cache/render_cache.h"

namespace rucola::delivery {

class RendersInUse {
 public:
  /// What is shorter costs hardly more than the connection that it is sent on.
  static constexpr std::int64_t shared_from = std::int64_t{64} << 10;

  /// Null: nobody holds one.
  std::shared_ptr<const StoredRender> find(std::string_view key);
  /// The one to hold: where somebody holds the same bytes under that key already, theirs, else `render`,
  /// which is found from now on.
  std::shared_ptr<const StoredRender> share(std::string_view key, std::shared_ptr<const StoredRender> render);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const noexcept { return std::hash<std::string_view>{}(key); }
  };

  void forget_the_dead() REQUIRES(mutex_);

  Mutex mutex_;
  std::unordered_map<std::string, std::weak_ptr<const StoredRender>, Hash, std::equal_to<>> renders_
      GUARDED_BY(mutex_);                             ///< by key
  std::size_t look_again_at_ GUARDED_BY(mutex_) = 0;  ///< so many entries: then those of the dead go
};

}  // namespace rucola::delivery
