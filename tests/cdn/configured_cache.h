// [[cdn]] entries as a test wants them, read the way the program reads its configuration.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/config.h"
#include "cdn/caches.h"

namespace rucola::cdn {

struct ConfiguredCache {
  std::string kind = "varnish";
  std::string url = "http://127.0.0.1:6081";
  std::string secret = "s";
  std::string name{};
  std::string tag_header{};
  std::chrono::seconds timeout{5};
  std::string more{};  ///< lines that only this kind has

  [[nodiscard]] std::string toml() const {
    return "[[cdn]]\nkind = " + quoted(kind) + "\nurl = " + quoted(url) + "\nsecret = " + quoted(secret) +
           "\nname = " + quoted(name) + "\ntag_header = " + quoted(tag_header) +
           "\ntimeout_seconds = " + std::to_string(timeout.count()) + "\n" + more;
  }

 private:
  static std::string quoted(const std::string& text) {
    std::string safe;
    for (const char c : text) {
      if (c == '\r') safe += "\\r";
      if (c == '\n') safe += "\\n";
      if (c == '\t') safe += "\\t";
      if (c != '\r' && c != '\n' && c != '\t') safe += c;
    }
    return '"' + safe + '"';
  }
};

using Adapters = std::vector<std::unique_ptr<CacheAdapter>>;

inline Result<Adapters> adapters_for(const std::vector<ConfiguredCache>& entries) {
  std::string document;
  for (const ConfiguredCache& entry : entries)
    document += entry.toml();
  std::deque<CacheSettings> caches;
  config::Table table;
  describe_caches(table, caches);
  if (auto loaded = table.load_toml(document, "test.toml"); !loaded) return std::unexpected(loaded.error());
  return make_adapters(caches);
}

inline std::unique_ptr<CacheAdapter> adapter_for(const ConfiguredCache& entry) {
  auto adapters = adapters_for({entry});
  if (!adapters) throw std::runtime_error(adapters.error().message.text);
  return std::move(adapters->front());
}

}  // namespace rucola::cdn
