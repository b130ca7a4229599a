// The whole configuration: every room's settings, described into one table.
//
// Threads: loaded by the main thread before any other starts, and reloaded by it alone: who needs a value on
// other threads is told. Not copyable: the table refers to the
// settings.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "api/settings.h"
#include "base/config.h"
#include "catalog/audit_settings.h"
#include "catalog/expiry_settings.h"
#include "cdn/caches.h"
#include "cdn/settings.h"
#include "delivery/settings/settings.h"
#include "http/settings.h"
#include "render/settings.h"
#include "security/remote_fetch.h"
#include "storage/s3/settings.h"
#include "storage/settings.h"
#include "vision/settings.h"

namespace rucola::cli {

struct LogSettings {
  std::string level = "info";
  std::string format = "auto";
  std::int64_t buffer_bytes = std::int64_t{4} << 20;
};

/// What a new configuration changed in a running server: names of parameters.
struct Reloaded {
  std::vector<std::string> taken_over;
  std::vector<std::string> need_restart;
};

class Configuration {
 public:
  Configuration();
  Configuration(const Configuration&) = delete;
  Configuration& operator=(const Configuration&) = delete;

  /// Defaults, then the file (where there is one), then the environment.
  Result<void> load(const std::optional<std::string>& file);
  /// A flag on the command line; wins over everything.
  Result<void> set(std::string_view name, std::string_view value, const std::string& flag) {
    return table_.set(name, value, flag);
  }

  /// What each value must be by itself was checked when it was set; this is the rest, for which no start and
  /// no reload goes on. Opens nothing; blocks on the resolver where an address to listen on is a name.
  /// Errors: bad_request, in words for whoever wrote it.
  [[nodiscard]] Result<void> check() const;

  /// Takes over what may change while the server runs.
  Reloaded reload(const Configuration& fresh);

  [[nodiscard]] const config::Table& table() const { return table_; }
  /// For the documentation: an entry of each repeated section, with its defaults.
  void add_sample_entries() { table_.add_sample_entries(); }

  LogSettings log;
  http::Settings server;
  api::Settings api;
  storage::Settings storage;
  storage::S3Settings blobs;
  catalog::ExpirySettings expiry;
  render::Settings render;
  delivery::Settings delivery;
  security::RemoteFetchSettings remote_fetch;
  vision::Settings vision;
  cdn::PurgeSettings purge;
  std::deque<cdn::CacheSettings> caches;
  catalog::AuditSettings audit;

 private:
  config::Table table_;
};

}  // namespace rucola::cli
