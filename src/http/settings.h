// What an operator may choose about the HTTP server: section [server] of the configuration.
//
// Threads: filled before the first thread starts, read-only afterwards. Ownership: plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/config.h"

namespace rucola::http {

struct Settings {
  std::string listen = "127.0.0.1:8080";
  std::string admin_listen;  ///< empty: the operator's routes are where the others are
  std::int64_t loops = 0;    ///< event loops, a thread each; 0 = one a core

  std::int64_t connections = 16384;
  std::int64_t connections_per_address = 12000;
  std::int64_t requests_per_connection = 100000;

  std::int64_t header_limit = 8192;                      ///< bytes, request line included
  std::int64_t json_limit = std::int64_t{1} << 20;       ///< bytes
  std::int64_t upload_limit = std::int64_t{1180} << 20;  ///< bytes of a whole multipart body
  std::int64_t json_memory = std::int64_t{64} << 20;     ///< bytes of all JSON bodies being read
  std::int64_t upload_memory = std::int64_t{256} << 20;  ///< bytes of all uploads being read

  std::chrono::seconds header_timeout{10};
  std::chrono::seconds idle_timeout{60};
  std::chrono::seconds body_timeout{30};
  std::chrono::seconds json_timeout{60};
  std::chrono::seconds upload_timeout{3600};
  std::chrono::seconds write_timeout{30};
  std::chrono::seconds drain{20};

  std::vector<std::string> trusted_proxies;  ///< networks such as 10.0.0.0/8
  std::string forwarded_host_header;         ///< empty: Host alone says which host was asked
  std::string path_prefix;                   ///< such as /img; empty: clients see the server at the root
  std::string forwarded_prefix_header;       ///< empty: path_prefix alone says so
  std::string access_log = "all";            ///< all, api or off
};

void describe(config::Table& table, Settings& settings);

/// Of the server that listens at `admin_listen`, for a few clients who wait for little. They ask it directly:
/// nothing that proxies say counts.
Settings admin_settings(const Settings& settings);

}  // namespace rucola::http
