#include "cdn/merged_purge.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace rucola::cdn {

MergedPurge merge_from_front(std::span<const catalog::PurgeDelivery> deliveries, std::size_t most_tags) {
  MergedPurge merged;
  std::unordered_set<std::string_view> seen;
  std::size_t taken = 0;
  for (const catalog::PurgeDelivery& delivery : deliveries) {
    std::vector<std::string_view> added;
    for (const std::string& tag : delivery.tags) {
      if (seen.insert(tag).second) added.emplace_back(tag);
    }
    if (taken > 0 && merged.tags.size() + added.size() > most_tags) break;
    merged.tags.insert(merged.tags.end(), added.begin(), added.end());
    ++taken;
  }
  merged.deliveries = deliveries.first(taken);
  return merged;
}

}  // namespace rucola::cdn
