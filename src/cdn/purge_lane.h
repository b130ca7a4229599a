// One cache's share of the outbox, and the thread that delivers it.
//
// Life of the thread:  waiting ──notified, or something is due──▶ delivering ──nothing left──▶ waiting
//                         ▲                                           │
//                         └────────── pause after a failure ──────────┘
//
// Threads: notify() and request_stop() from any thread; join() from one. The rest belongs to the lane's own
// thread. Cancellation: a request in flight is broken off; it, and what is left, stays in the outbox.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <thread>

#include "base/metrics.h"
#include "base/mutex.h"
#include "catalog/purge_outbox.h"
#include "cdn/cache_adapter.h"
#include "cdn/merged_purge.h"
#include "cdn/retry_policy.h"

namespace rucola::cdn {

class PurgeLane {
 public:
  /// Starts the thread. The outbox must outlive the lane.
  PurgeLane(catalog::PurgeOutbox& outbox, std::unique_ptr<CacheAdapter> adapter, const RetryPolicy& policy);
  PurgeLane(const PurgeLane&) = delete;
  PurgeLane& operator=(const PurgeLane&) = delete;
  ~PurgeLane();

  [[nodiscard]] const std::string& cache() const { return adapter_->id(); }
  void notify();
  void request_stop();
  void join();

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  /// Waits for a reason to look into the outbox. False: stop.
  bool wait_for_work();
  [[nodiscard]] bool has_reason_to_look() const;
  [[nodiscard]] Clock::duration longest_nap() const;
  [[nodiscard]] bool stopping();

  void deliver_what_is_due();
  Result<std::vector<catalog::PurgeDelivery>> read_due();
  /// False: a failure that calls for a pause.
  bool deliver(const MergedPurge& purge);
  bool confirm(const MergedPurge& purge, const PurgeOutcome& outcome);
  void log_confirmation(const catalog::PurgeDelivery& delivery, const MergedPurge& purge,
                        const PurgeOutcome& outcome) const;
  void put_off(const MergedPurge& purge, const Error& error);
  void log_delay(const catalog::PurgeDelivery& delivery, const Error& error,
                 std::chrono::milliseconds delay) const;
  void plan_next_look();
  void report_failure(const char* doing, const Error& error);
  /// Never shortens a pause that is under way.
  void pause(std::chrono::milliseconds duration);

  catalog::PurgeOutbox& outbox_;
  const std::unique_ptr<CacheAdapter> adapter_;
  const RetryPolicy policy_;

  prometheus::Counter& confirmed_;
  prometheus::Counter& failed_;
  prometheus::Gauge& pending_;
  prometheus::Histogram& latency_;

  Mutex mutex_;
  Condition wake_;                           // waits for: notified_, stopping_, or the longest nap
  bool notified_ GUARDED_BY(mutex_) = true;  // what earlier runs left over is looked for at once
  bool stopping_ GUARDED_BY(mutex_) = false;

  // Of the lane's thread only.
  std::uint64_t heard_ = 0;
  std::optional<Time> next_due_;
  Clock::time_point look_again_at_;
  Clock::time_point paused_until_;
  bool recovering_ = false;  ///< the cache failed and then answered: what waits for a retry may go now
  bool cache_failed_ = false;
  std::mt19937 random_{std::random_device{}()};

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace rucola::cdn
