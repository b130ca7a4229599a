#include "delivery/cache/render_cache.h"

#include <utility>

#include "base/hashing.h"

namespace rucola::delivery {

std::shared_ptr<const StoredRender> stored_render(Bytes bytes, std::string content_type, Time rendered) {
  std::string digest = sha256_hex(bytes.view());
  return std::make_shared<const StoredRender>(StoredRender{.bytes = std::move(bytes),
                                                           .content_type = std::move(content_type),
                                                           .rendered = rendered,
                                                           .digest = std::move(digest)});
}

}  // namespace rucola::delivery
