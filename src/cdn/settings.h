// Configuration of the caches in front of us, and of purging them.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

#include "base/config.h"

namespace rucola::cdn {

/// One [[cdn]] entry.
struct CacheSettings {
  std::string kind;                 ///< "varnish" or "webhook"; required
  std::string name;                 ///< the outbox knows the cache by it; empty: kind@host:port
  std::string url;                  ///< required
  std::string secret;               ///< required; for a varnish also from the environment (cache_adapter.h)
  std::string tag_header;           ///< empty: what is usual for the kind
  std::chrono::seconds timeout{5};  ///< of one purge request
};

/// Section "purge".
struct PurgeSettings {
  std::int64_t alias_per_hour = 10;
  std::int64_t stack_per_hour = 5;
  std::int64_t image_per_hour = 5;
  /// A render and its wait in the queue take at most 30 s; an answer that was on its way when the first purge
  /// came is stored by then. The rest is slack for slow networks.
  std::chrono::seconds repeat_after{35};
};

/// `caches` is a deque because the table keeps references to its elements while it grows.
void describe_caches(config::Table& table, std::deque<CacheSettings>& caches);
void describe(config::Table& table, PurgeSettings& settings);

}  // namespace rucola::cdn
