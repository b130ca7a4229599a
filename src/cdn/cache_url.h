// The address of a cache, as the configuration gives it. Pure functions, thread-safe.
#pragma once

#include <string>

#include "base/error.h"

namespace rucola::cdn {

struct CacheUrl {
  std::string normalized;     ///< without a fragment, with a path
  std::string host_and_port;  ///< "127.0.0.1:6081", the scheme's own port spelled out
};

/// Errors: bad_request for what is no http or https URL, carries a user name, or has a fragment.
Result<CacheUrl> parse_cache_url(const std::string& url);

}  // namespace rucola::cdn
