// Deliveries that travel to a cache in one request. Pure and thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "catalog/purge.h"

namespace rucola::cdn {

struct MergedPurge {
  std::span<const catalog::PurgeDelivery> deliveries;
  std::vector<std::string> tags;  ///< each once, in the order of the deliveries
};

/// Takes as many deliveries from the front as fit into `most_tags` distinct tags, but at least one. The
/// result points into `deliveries`, which must not be empty.
MergedPurge merge_from_front(std::span<const catalog::PurgeDelivery> deliveries, std::size_t most_tags);

}  // namespace rucola::cdn
