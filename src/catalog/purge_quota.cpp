#include "catalog/purge_quota.h"

namespace rucola::catalog {

std::optional<std::int64_t> blocking_purge(std::int64_t limit, std::int64_t calls_in_window) {
  if (limit == 0 || calls_in_window < limit) return std::nullopt;
  return calls_in_window - limit;
}

PurgeAdmission purge_quota(std::int64_t limit, std::int64_t calls_in_window, std::optional<Time> blocking) {
  if (limit == 0) return {.admitted = true};
  if (!blocking) return {.admitted = true, .limit = limit, .remaining = limit - calls_in_window};
  return {.admitted = false, .limit = limit, .remaining = 0, .retry_at = *blocking + purge_window};
}

PurgeAdmission taken(PurgeAdmission admission) {
  if (admission.limit != 0) --admission.remaining;
  return admission;
}

std::vector<PurgeDelivery> deliveries_of(const PurgeRequest& request, Time at) {
  std::vector<PurgeDelivery> deliveries;
  deliveries.reserve(2 * request.caches.size());
  for (const std::string& cache : request.caches) {
    PurgeDelivery delivery{.cache = cache,
                           .tags = request.tags,
                           .organization = request.organization,
                           .kind = request.kind,
                           .name = request.name,
                           .round = 1,
                           .created = at,
                           .due = at};
    deliveries.push_back(delivery);
    delivery.round = 2;
    delivery.due = at + request.repeat_after;
    deliveries.push_back(std::move(delivery));
  }
  return deliveries;
}

}  // namespace rucola::catalog
