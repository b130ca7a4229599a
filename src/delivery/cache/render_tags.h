// The port for what is known of a render without its bytes: enough to say that what a client has is still it.
// It outlives the bytes, so that a 304 needs no render.
//
// Threads: any. Nothing here has to survive: what is forgotten is rendered again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace rucola::delivery {

struct RenderTag {
  std::string digest;  ///< the first 32 characters of StoredRender::digest
  Time rendered{};
};

/// The strong validator of bytes with that digest, with its quotes. `more` tells answers with the same bytes
/// apart.
std::string etag_of(std::string_view digest, std::string_view more);

class RenderTags {
 public:
  RenderTags() = default;
  RenderTags(const RenderTags&) = delete;
  RenderTags& operator=(const RenderTags&) = delete;
  virtual ~RenderTags() = default;

  /// `key` as that of RenderCache.
  virtual std::optional<RenderTag> find(std::string_view key) = 0;
  virtual void remember(std::string_view key, const RenderTag& tag) = 0;
};

}  // namespace rucola::delivery
