// The renders that somebody holds at the moment, by key: an answer that is being sent, a cache. Whoever reads
// or makes the same once more takes theirs, so that many clients that are slow to take one render cost its
// bytes once, and not once each.
//
// Threads, ownership, bounds: base/in_use.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/in_use.h"
#include "delivery/cache/render_cache.h"

namespace rucola::delivery {

class RendersInUse {
 public:
  /// What is shorter costs hardly more than the connection that it is sent on.
  static constexpr std::int64_t shared_from = std::int64_t{64} << 10;

  /// Null: nobody holds one.
  std::shared_ptr<const StoredRender> find(std::string_view key) { return renders_.find(key); }
  /// The one to hold: where somebody holds the same bytes under that key already, theirs, else `render`,
  /// which is found from now on.
  std::shared_ptr<const StoredRender> share(std::string_view key, std::shared_ptr<const StoredRender> render);

 private:
  InUse<const StoredRender> renders_;
};

}  // namespace rucola::delivery
