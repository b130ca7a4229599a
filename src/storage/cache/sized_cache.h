// A cache of renders as its operator sees it: its size may change while it is used.
#pragma once

#include <cstdint>

#include "delivery/cache/render_cache.h"

namespace rucola::storage {

class SizedCache : public delivery::RenderCache {
 public:
  /// Thread-safe, and soon done. What has no room any more goes, the least recently used first, at once or in
  /// the background; 0 keeps nothing.
  virtual void resize(std::int64_t bytes) = 0;
};

}  // namespace rucola::storage
