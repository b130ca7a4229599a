#include "cdn/outbox_dispatcher.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/metrics.h"
#include "cdn/purge_lane.h"

namespace rucola::cdn {
namespace {

void warn_of_orphans(catalog::PurgeOutbox& outbox,
                     const std::vector<std::unique_ptr<CacheAdapter>>& adapters) {
  const auto waiting = outbox.pending();
  if (!waiting) return;  // the lanes meet the same failure, report it and go on trying
  for (const catalog::PendingPurges& pending : *waiting) {
    if (std::ranges::find(adapters, pending.cache, &CacheAdapter::id) != adapters.end()) continue;
    metrics::gauge("rucola_purges_pending", "Purges in the outbox that no cache has confirmed yet.",
                   {{"cache", pending.cache}})
        .Set(static_cast<double>(pending.deliveries));
    log::warning("purges_for_unknown_cache",
                 {{"cache", pending.cache},
                  {"deliveries", pending.deliveries},
                  {"advice", "No [[cdn]] entry has this name; the purges wait until one does."}});
  }
}

}  // namespace

OutboxDispatcher::OutboxDispatcher(catalog::PurgeOutbox& outbox,
                                   std::vector<std::unique_ptr<CacheAdapter>> adapters,
                                   const RetryPolicy& policy) {
  warn_of_orphans(outbox, adapters);
  for (auto& adapter : adapters)
    lanes_.push_back(std::make_unique<PurgeLane>(outbox, std::move(adapter), policy));
}

OutboxDispatcher::~OutboxDispatcher() {
  stop();
}

void OutboxDispatcher::notify() {
  for (const auto& lane : lanes_)
    lane->notify();
}

void OutboxDispatcher::stop() {
  for (const auto& lane : lanes_)
    lane->request_stop();
  for (const auto& lane : lanes_)
    lane->join();
}

}  // namespace rucola::cdn
