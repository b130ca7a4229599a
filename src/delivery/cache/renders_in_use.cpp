#include "delivery/cache/renders_in_use.h"

#include <utility>

namespace rucola::delivery {
namespace {

bool is_same(const StoredRender& one, const StoredRender& other) {
  return one.digest == other.digest && one.content_type == other.content_type;
}

}  // namespace

std::shared_ptr<const StoredRender> RendersInUse::share(std::string_view key,
                                                        std::shared_ptr<const StoredRender> render) {
  if (std::cmp_less(render->bytes.size(), shared_from)) return render;
  return renders_.share(key, std::move(render), is_same);
}

}  // namespace rucola::delivery
