// What all event loops of a server share.
//
// Threads: immutable after construction, but for the Admission and the metrics, which guard themselves.
// Ownership: each loop holds it by shared_ptr, so that it outlives the last answer of a handler.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "base/executor.h"
#include "base/metrics.h"
#include "http/admission.h"
#include "http/network_address.h"
#include "http/router.h"
#include "http/settings.h"
#include "message/route.h"

namespace rucola::http {

struct SharedState {
  SharedState(Settings all_settings, Networks trusted, std::filesystem::path spool,
              std::vector<message::Route> routes, message::Authorize authorization,
              std::shared_ptr<message::RenderHandler> render_handler, BlockingExecutor& executor)
      : settings(std::move(all_settings)),
        trusted_proxies(std::move(trusted)),
        spool_directory(std::move(spool)),
        router(std::move(routes)),
        authorize(std::move(authorization)),
        renderer(std::move(render_handler)),
        blocking(executor),
        admission({.connections = settings.connections,
                   .per_address = settings.connections_per_address,
                   .body_bytes = settings.body_memory}) {}

  const Settings settings;
  const Networks trusted_proxies;
  const std::filesystem::path spool_directory;
  const Router router;
  const message::Authorize authorize;
  const std::shared_ptr<message::RenderHandler> renderer;
  BlockingExecutor& blocking;

  Admission admission;
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
