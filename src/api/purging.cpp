#include "api/purging.h"

#include <string>
#include <utility>

namespace rucola::api {

catalog::PurgeRequest for_all_caches(const Services& services, catalog::PurgeRequest request) {
  request.caches = services.purge.caches;
  request.calls_per_hour = 0;
  request.follows = true;
  request.repeat_after = services.purge_limits.get()->repeat_after;
  return request;
}

catalog::PurgeRequest whole_organization(const Services& services, std::string_view name) {
  return for_all_caches(services, {.organization = std::string(name),
                                   .kind = catalog::PurgeKind::organization,
                                   .name = std::string(name),
                                   .tags = {catalog::organization_tag(name)}});
}

Result<void> purge_now(const Services& services, catalog::PurgeRequest request) {
  if (services.purge.caches.empty()) return {};
  const auto requested = services.purges.request(for_all_caches(services, std::move(request)), now());
  if (!requested) return std::unexpected(requested.error());
  services.purge.notify();
  return {};
}

}  // namespace rucola::api
