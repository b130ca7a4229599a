// What caches may do with an answer: Cache-Control, tags, Vary. The rules are those of docs/caching.md.
//
// Pure; thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "delivery/settings/settings.h"
#include "message/response.h"

namespace rucola::delivery {

/// Whether what a URL shows is its for ever decides how long it may be kept: a hash does not move, while an
/// alias does, wherever it is named, and so do the things that people write beside an image.
enum class Lasting { for_ever, until_moved, not_at_all };

struct CacheRules {
  Lasting lasting = Lasting::for_ever;
  std::int64_t browser_max_age_seconds = 0;  ///< of what may move: the browser's share
  bool varies_on_accept = false;
  bool varies_on_save_data = false;
  bool provisional = false;  ///< something better is coming, and a purge then
  bool stands_in = false;  ///< for an image that is missing or broken: kept no longer than the error would be
  std::vector<std::string> tags{};
  std::optional<std::int64_t> good_for_seconds{};  ///< of a signed URL with an end: nobody keeps it longer
};

void add_cache_headers(message::Response& response, const CacheRules& rules, const Settings& settings);

/// For an error: short where the request is at fault, not at all where the server is; of one that is known to
/// last so long, no longer than that, whoever is at fault.
void add_error_cache_headers(message::Response& response, const std::vector<std::string>& tags,
                             const Settings& settings, std::optional<std::chrono::seconds> lasts = {});

}  // namespace rucola::delivery
