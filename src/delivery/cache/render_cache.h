// The port for finished renders, keyed by the canonical key of what was rendered. What the pixels are never
// changes under a key, so nothing ever needs flushing to be right; another machine or another version of a
// codec may write them in other bytes, which their digest tells apart. storage/cache has the adapters.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"
#include "delivery/cache/residency.h"

namespace rucola::delivery {

struct StoredRender {
  Bytes bytes;
  std::string content_type;
  Time rendered{};                ///< or shortly before: no answer has these bytes that was looked up earlier
  std::string digest{};           ///< SHA-256 of the bytes, hex; their strong validator
  mutable Residency residency{};  ///< of the bytes, in memory
};

/// With its digest.
std::shared_ptr<const StoredRender> stored_render(Bytes bytes, std::string content_type, Time rendered);

class RenderCache {
 public:
  RenderCache() = default;
  RenderCache(const RenderCache&) = delete;
  RenderCache& operator=(const RenderCache&) = delete;
  virtual ~RenderCache() = default;

  /// Thread-safe. `key` is 64 hex characters. A damaged entry is a miss.
  virtual std::shared_ptr<const StoredRender> find(std::string_view key) = 0;
  /// Thread-safe. Evicts what was used least recently until the bound holds. Failing to keep it is no error.
  virtual void keep(std::string_view key, std::shared_ptr<const StoredRender> render) = 0;
  /// Thread-safe, and blocks on nothing: is there, as things are, room for it?
  [[nodiscard]] virtual bool would_keep(const StoredRender& render) const = 0;
};

}  // namespace rucola::delivery
