// The one table of the caches that this build can purge.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cdn/cache_adapter.h"
#include "cdn/settings.h"

namespace rucola::cdn {

/// For the configuration: "varnish", "webhook".
std::vector<std::string> kind_names();

std::unique_ptr<CacheAdapter> make_varnish(const CacheSettings& settings);
std::unique_ptr<CacheAdapter> make_webhook(const CacheSettings& settings);

}  // namespace rucola::cdn
