#include "cdn/purge_lane.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "base/log.h"

namespace rucola::cdn {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t most_read_at_once = 1000;
/// How soon a purge that another process wrote is seen.
constexpr milliseconds poll_interval{1000};
/// A safety net: the outbox is read this often although nothing asked for it.
constexpr std::chrono::seconds unasked_look_interval{30};
constexpr milliseconds pause_after_failure{1000};

metrics::Labels labels(const CacheAdapter& adapter) {
  return {{"cache", adapter.id()}};
}

prometheus::Counter& deliveries(const CacheAdapter& adapter, const std::string& outcome) {
  return metrics::counter("rucola_purge_deliveries_total",
                          "Purges sent to the caches in front; a failed one is sent again.",
                          {{"cache", adapter.id()}, {"outcome", outcome}});
}

double seconds_since(Time then) {
  return std::chrono::duration<double>(now() - then).count();
}

std::string_view kind_of(const catalog::PurgeDelivery& delivery) {
  return delivery.kind ? catalog::name_of(*delivery.kind) : "unknown";
}

}  // namespace

PurgeLane::PurgeLane(catalog::PurgeOutbox& outbox, std::unique_ptr<CacheAdapter> adapter,
                     const RetryPolicy& policy)
    : outbox_(outbox),
      adapter_(std::move(adapter)),
      policy_(policy),
      confirmed_(deliveries(*adapter_, "confirmed")),
      failed_(deliveries(*adapter_, "failed")),
      pending_(metrics::gauge("rucola_purges_pending",
                              "Purges in the outbox that no cache has confirmed yet.", labels(*adapter_))),
      latency_(metrics::duration_seconds(
          "rucola_purge_delivery_seconds",
          "From the call of the API to the first confirmation by the cache; the repeat is not counted.",
          labels(*adapter_))) {
  thread_ = std::thread([this] { run(); });
}

PurgeLane::~PurgeLane() {
  request_stop();
  join();
}

void PurgeLane::notify() {
  {
    const Lock lock(mutex_);
    notified_ = true;
  }
  wake_.notify_one();
}

void PurgeLane::request_stop() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  adapter_->cancel();
  wake_.notify_one();
}

void PurgeLane::join() {
  if (thread_.joinable()) thread_.join();
}

void PurgeLane::run() {
  while (wait_for_work()) {
    try {
      deliver_what_is_due();
    } catch (const std::exception& thrown) {
      // The purges stay in the outbox, and those of the other caches have lanes of their own.
      report_failure("deliver", {ErrorCode::internal, {"The delivery broke off."}, {thrown.what()}});
    }
  }
}

bool PurgeLane::stopping() {
  const Lock lock(mutex_);
  return stopping_;
}

bool PurgeLane::wait_for_work() {
  Lock lock(mutex_);
  while (!stopping_) {
    const bool paused = Clock::now() < paused_until_;
    if (!paused && (notified_ || has_reason_to_look())) break;
    wake_.wait_for(lock, longest_nap());
  }
  notified_ = false;
  return !stopping_;
}

bool PurgeLane::has_reason_to_look() const {
  return outbox_.bell() != heard_ || (next_due_ && *next_due_ <= now()) || Clock::now() >= look_again_at_;
}

PurgeLane::Clock::duration PurgeLane::longest_nap() const {
  const auto pause_left = paused_until_ - Clock::now();
  if (pause_left > Clock::duration::zero()) return pause_left;
  // One more millisecond: what is due "now" must not be missed by a rounded clock.
  const milliseconds until_due = next_due_ ? *next_due_ - now() + milliseconds{1} : poll_interval;
  return std::clamp(until_due, milliseconds{1}, poll_interval);
}

void PurgeLane::deliver_what_is_due() {
  while (!stopping()) {
    heard_ = outbox_.bell();  // before reading: a change meanwhile is a reason to look again
    const auto due = read_due();
    if (!due) return report_failure("read the outbox", due.error());
    if (due->empty()) break;
    // At least these; counting them all waits until they are delivered, which is more urgent.
    pending_.Set(std::max(pending_.Value(), static_cast<double>(due->size())));
    std::span<const catalog::PurgeDelivery> left(*due);
    while (!left.empty() && !stopping()) {
      const MergedPurge purge = merge_from_front(left, adapter_->max_tags_per_request());
      if (!deliver(purge)) return plan_next_look();
      left = left.subspan(purge.deliveries.size());
    }
  }
  recovering_ = false;
  plan_next_look();
}

Result<std::vector<catalog::PurgeDelivery>> PurgeLane::read_due() {
  const Time at = now();
  if (!recovering_) return outbox_.due(cache(), at, most_read_at_once);
  auto due = outbox_.due(cache(), at + policy_.longest + policy_.most_patience, most_read_at_once);
  // The repeats among them keep their time: they are late on purpose.
  if (due)
    std::erase_if(*due, [at](const auto& delivery) { return delivery.due > at && delivery.attempts == 0; });
  return due;
}

bool PurgeLane::deliver(const MergedPurge& purge) {
  const auto outcome = adapter_->purge(purge.tags);
  if (!outcome) {
    if (!stopping())
      put_off(purge, outcome.error());  // else it was broken off, and is sent by the next start
    return false;
  }
  if (std::exchange(cache_failed_, false)) recovering_ = true;
  return confirm(purge, *outcome);
}

bool PurgeLane::confirm(const MergedPurge& purge, const PurgeOutcome& outcome) {
  // The cache counts a request, not a delivery: of several in one the count belongs to none of them.
  const auto objects = purge.deliveries.size() == 1 ? outcome.objects : std::nullopt;
  std::vector<catalog::ConfirmedPurge> confirmed;
  confirmed.reserve(purge.deliveries.size());
  for (const catalog::PurgeDelivery& delivery : purge.deliveries) {
    confirmed.push_back({.id = delivery.id, .objects = objects});
    if (delivery.round == 1) latency_.Observe(std::max(seconds_since(delivery.created), 0.0));
    confirmed_.Increment();
  }
  if (const auto stored = outbox_.confirm(confirmed, now()); !stored) {
    report_failure("confirm a purge", stored.error());
    return false;
  }
  for (const catalog::PurgeDelivery& delivery : purge.deliveries)
    log_confirmation(delivery, purge, outcome);
  return true;
}

void PurgeLane::log_confirmation(const catalog::PurgeDelivery& delivery, const MergedPurge& purge,
                                 const PurgeOutcome& outcome) const {
  log::info("purge_delivered", {{"cache", cache()},
                                {"organization", delivery.organization},
                                {"kind", kind_of(delivery)},
                                {"name", delivery.name},
                                {"round", delivery.round},
                                {"attempts", delivery.attempts + 1},
                                {"objects_in_request", outcome.objects.value_or(-1)},
                                {"deliveries_in_request", purge.deliveries.size()},
                                {"seconds_since_call", seconds_since(delivery.created)}});
}

void PurgeLane::put_off(const MergedPurge& purge, const Error& error) {
  cache_failed_ = true;
  recovering_ = false;
  // The whole lane rests, so that a dead cache is not asked by each waiting delivery in turn, and a busy one
  // gets the rest it asked for.
  pause(delay_after(policy_, 1, 0, error.retry_after));
  std::vector<catalog::FailedPurge> failed;
  failed.reserve(purge.deliveries.size());
  for (const catalog::PurgeDelivery& delivery : purge.deliveries) {
    const double jitter = std::uniform_real_distribution<>(0, 1)(random_);
    const milliseconds delay = delay_after(policy_, delivery.attempts + 1, jitter, error.retry_after);
    failed.push_back({.id = delivery.id, .due = now() + delay, .error = error.message.text});
    failed_.Increment();
    log_delay(delivery, error, delay);
  }
  if (const auto stored = outbox_.put_off(failed); !stored) report_failure("put a purge off", stored.error());
}

void PurgeLane::log_delay(const catalog::PurgeDelivery& delivery, const Error& error,
                          milliseconds delay) const {
  log::warning("purge_failed", {{"cache", cache()},
                                {"organization", delivery.organization},
                                {"kind", kind_of(delivery)},
                                {"name", delivery.name},
                                {"round", delivery.round},
                                {"attempts", delivery.attempts + 1},
                                {"error", error.message.text},
                                {"detail", error.detail.text},
                                {"retry_in_seconds", std::chrono::duration<double>(delay).count()}});
}

void PurgeLane::plan_next_look() {
  look_again_at_ = Clock::now() + unasked_look_interval;
  const auto due = outbox_.next_due(cache());
  if (!due) return report_failure("read the outbox", due.error());
  next_due_ = *due;
  const auto waiting = outbox_.pending();
  if (!waiting) return report_failure("count the outbox", waiting.error());
  const auto mine = std::ranges::find(*waiting, cache(), &catalog::PendingPurges::cache);
  pending_.Set(mine == waiting->end() ? 0 : static_cast<double>(mine->deliveries));
}

void PurgeLane::report_failure(const char* doing, const Error& error) {
  log::error(
      "purge_outbox_failed",
      {{"cache", cache()}, {"doing", doing}, {"error", error.message.text}, {"detail", error.detail.text}});
  next_due_ = now();  // so that the pause, and nothing else, decides when it is tried again
  pause(pause_after_failure);
}

void PurgeLane::pause(milliseconds duration) {
  paused_until_ = std::max(paused_until_, Clock::now() + duration);
}

}  // namespace rucola::cdn
