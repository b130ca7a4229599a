// The configured caches in front of us: the [[cdn]] entries, the adapters that they become, and the headers
// that carry tags to them.
//
// Threads: used before the first thread starts.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/error.h"
#include "catalog/tag_header.h"
#include "cdn/cache_adapter.h"
#include "cdn/kinds.h"

namespace rucola::cdn {

/// One [[cdn]] entry.
struct CacheSettings {
  const Kind* kind;
  std::unique_ptr<KindSettings> own;  ///< of its kind
  std::string name;                   ///< the outbox knows the cache by it; empty: kind@place
  std::string tag_header;             ///< empty: what is usual for the kind
  std::chrono::seconds timeout{5};    ///< of one purge request
};

/// `caches` is a deque because the table keeps references to its elements while it grows.
void describe_caches(config::Table& table, std::deque<CacheSettings>& caches);
/// Environment variables that kinds read and that no parameter has.
std::vector<std::string> environment_variables();

/// One adapter for each entry, in order. Opens no connection yet.
/// Errors: bad_request, with the number of the entry, for one that can't work or has the name of another.
Result<std::vector<std::unique_ptr<CacheAdapter>>> make_adapters(const std::deque<CacheSettings>& caches);

/// Of those that delivery.tag_headers names. Errors: bad_request, for the first that is no header's name.
Result<void> check_tag_headers(const std::vector<std::string>& names);
/// Those that are named, as the kind of cache that usually reads them wants them, and those of the adapters;
/// each once.
std::vector<catalog::TagHeader> tag_headers(const std::vector<std::string>& names,
                                            const std::vector<std::unique_ptr<CacheAdapter>>& adapters);

}  // namespace rucola::cdn
