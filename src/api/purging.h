// Purges that follow from a change and ask nobody's quota.
//
// Threads: any; blocks on the catalog.
#pragma once

#include <string_view>

#include "api/services.h"
#include "base/error.h"
#include "catalog/purge.h"

namespace rucola::api {

/// The request as the configured caches get it: to all of them, twice, without a quota.
catalog::PurgeRequest for_all_caches(const Services& services, catalog::PurgeRequest request);

/// Everything of an organization.
catalog::PurgeRequest whole_organization(const Services& services, std::string_view name);

Result<void> purge_now(const Services& services, catalog::PurgeRequest request);

}  // namespace rucola::api
