// What all event loops of a server share.
//
// Threads: immutable after construction, but for the Admission, the budgets and the metrics, which guard
// themselves. Ownership: each loop holds it by shared_ptr, so that it outlives the last answer of a handler.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/ip_network.h"
#include "base/metrics.h"
#include "http/admission.h"
#include "http/body_budget.h"
#include "http/executors.h"
#include "http/router.h"
#include "http/settings.h"
#include "http/telemetry.h"
#include "message/route.h"

namespace rucola::http {

/// Of the memory for bodies nobody gets more than a quarter, or than one body takes.
inline BodyBudget::Limits shared_fairly(std::int64_t bytes, std::int64_t largest) {
  return {.bytes = bytes, .bytes_per_owner = std::max(bytes / 4, largest)};
}

/// What an upload takes of memory, whatever its size: a piece, and what the socket brings meanwhile.
inline constexpr std::size_t upload_piece = std::size_t{256} << 10;
inline constexpr std::int64_t upload_memory = 2 * upload_piece;

/// What a streamed answer may take of memory while it is made: a zip of as many images as it may have, above
/// all their names.
inline constexpr std::int64_t stream_memory = std::int64_t{8} << 20;
inline constexpr BodyBudget::Limits stream_limits{.bytes = 32 * stream_memory,
                                                  .bytes_per_owner = 4 * stream_memory};

struct SharedState {
  SharedState(Settings all_settings, IpNetworks trusted, std::string mounted_at, Spool upload_spool,
              std::vector<message::Route> routes, message::Authorize authorization,
              std::shared_ptr<message::RenderHandler> render_handler, const Executors& where_to_wait)
      : settings(std::move(all_settings)),
        trusted_proxies(std::move(trusted)),
        path_prefix(std::move(mounted_at)),
        spool(std::move(upload_spool)),
        router(std::move(routes)),
        authorize(std::move(authorization)),
        renderer(std::move(render_handler)),
        executors(where_to_wait),
        admission({.connections = settings.connections, .per_address = settings.connections_per_address}),
        json_bodies(shared_fairly(settings.json_memory, settings.json_limit)),
        uploads(shared_fairly(settings.upload_memory, upload_memory)) {}

  const Settings settings;
  const IpNetworks trusted_proxies;
  const std::string path_prefix;  ///< as parse_path_prefix() gives it
  const Spool spool;
  const Router router;
  const message::Authorize authorize;
  const std::shared_ptr<message::RenderHandler> renderer;  ///< null where there are routes alone
  const Executors executors;

  std::atomic<AccessLog> access_log{access_log_of(settings.access_log)};
  Admission admission;
  BodyBudget json_bodies;
  BodyBudget uploads;
  BodyBudget streams{stream_limits};
  prometheus::Gauge& open_connections =
      metrics::gauge("rucola_http_connections", "Open connections of clients.");
  prometheus::Counter& refused_in_all = metrics::counter(
      "rucola_http_connections_refused_total", "Connections refused by a limit.", {{"limit", "connections"}});
  prometheus::Counter& refused_per_address =
      metrics::counter("rucola_http_connections_refused_total", "Connections refused by a limit.",
                       {{"limit", "connections_per_address"}});
  prometheus::Counter& accept_failures =
      metrics::counter("rucola_http_accept_failures_total", "Connections that the system could not give us.");
};

}  // namespace rucola::http
