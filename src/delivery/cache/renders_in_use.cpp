#include "delivery/cache/renders_in_use.h"

#include <algorithm>
#include <utility>

namespace rucola::delivery {
namespace {

/// Where so few are there, nobody looks for dead ones.
constexpr std::size_t few = 64;

bool is_same(const StoredRender& one, const StoredRender& other) {
  return one.digest == other.digest && one.content_type == other.content_type;
}

}  // namespace

std::shared_ptr<const StoredRender> RendersInUse::find(std::string_view key) {
  const Lock lock(mutex_);
  const auto found = renders_.find(key);
  return found == renders_.end() ? nullptr : found->second.lock();
}

std::shared_ptr<const StoredRender> RendersInUse::share(std::string_view key,
                                                        std::shared_ptr<const StoredRender> render) {
  if (std::cmp_less(render->bytes.size(), shared_from)) return render;
  std::shared_ptr<const StoredRender> theirs;  // where this is its last owner, it goes after the lock
  const Lock lock(mutex_);
  const auto [entry, is_new] = renders_.try_emplace(std::string(key));
  if (!is_new) theirs = entry->second.lock();
  if (theirs && is_same(*theirs, *render)) return theirs;
  entry->second = render;
  forget_the_dead();
  return render;
}

/// Seldom enough that a call costs the same however many there are.
void RendersInUse::forget_the_dead() {
  if (renders_.size() < std::max(look_again_at_, few)) return;
  std::erase_if(renders_, [](const auto& entry) { return entry.second.expired(); });
  look_again_at_ = 2 * renders_.size();
}

}  // namespace rucola::delivery
