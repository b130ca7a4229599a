// Delivers the purges that wait in the catalog's outbox to the caches, until each has confirmed.
//
// Every cache has a thread of its own, so that a slow or dead one holds up no other. Deliveries that are due
// at the same time travel in one request. A failed delivery is tried again after 1 s, 2 s, 4 s … 5 min (with
// jitter, and never before the time that the cache's Retry-After names), for ever; when the cache answers
// again, what waited for its next try goes at once. Deliveries to a cache that is no longer configured stay
// pending, in case it comes back, and are warned of once.
//
// Several processes may run a dispatcher over one catalog: a purge is idempotent, the worst is a second one.
//
// Threads: notify() and stop() may be called from any thread. Ownership: owns the adapters; the outbox must
// outlive it. Errors: an outbox that fails, or whatever is thrown, is logged and asked again a second later.
#pragma once

#include <memory>
#include <vector>

#include "catalog/purge_outbox.h"
#include "cdn/cache_adapter.h"
#include "cdn/retry_policy.h"

namespace rucola::cdn {

class PurgeLane;

class OutboxDispatcher {
 public:
  /// Starts the threads, which begin with what earlier runs left over.
  OutboxDispatcher(catalog::PurgeOutbox& outbox, std::vector<std::unique_ptr<CacheAdapter>> adapters,
                   const RetryPolicy& policy = {});
  OutboxDispatcher(const OutboxDispatcher&) = delete;
  OutboxDispatcher& operator=(const OutboxDispatcher&) = delete;
  /// Stops.
  ~OutboxDispatcher();

  /// A purge was requested by this process: deliver at once. Cheap. Purges by other processes are seen within
  /// about a second, when the bell of the outbox rings.
  void notify();

  /// Breaks off the requests in flight, then joins. They, and what is left, stay in the outbox: a purge that
  /// is sent twice does no harm. Calling it again does nothing.
  void stop();

 private:
  std::vector<std::unique_ptr<PurgeLane>> lanes_;
};

}  // namespace rucola::cdn
