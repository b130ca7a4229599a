// How renders are addressed and delivered, section "delivery" of the configuration.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/config.h"
#include "catalog/tag_header.h"

namespace rucola::delivery {

struct Settings {
  std::string render_domain = "localhost";
  std::int64_t max_age_seconds = 31'536'000;
  std::int64_t alias_browser_max_age_seconds = 31'536'000;
  std::int64_t negative_max_age_seconds = 10;
  std::int64_t hot_bytes = std::int64_t{64} << 20;
  std::int64_t base_bytes = std::int64_t{512} << 20;
  std::vector<std::string> named_tag_headers{"xkey"};  ///< key "tag_headers"
  /// Those, and what the configured caches want besides. The assembly fills it in: delivery knows no caches.
  std::vector<catalog::TagHeader> tag_headers{};
  /// Is there a cache with room for renders? The assembly fills it in as well.
  bool keeps_renders = true;
};

void describe(config::Table& table, Settings& settings);

}  // namespace rucola::delivery
