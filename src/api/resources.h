// The resources whose routes make up the API; one file each. Internal to api/.
#pragma once

#include <vector>

#include "api/services.h"
#include "message/route.h"

namespace rucola::api {

using Routes = std::vector<message::Route>;

void add_source_images(Routes& routes, const Services& services);
void add_upload(Routes& routes, const Services& services);
void add_aliases(Routes& routes, const Services& services);
void add_stacks(Routes& routes, const Services& services);
void add_purges(Routes& routes, const Services& services);
void add_organizations(Routes& routes, const Services& services);
void add_protected_images(Routes& routes, const Services& services);
void add_sign_url(Routes& routes, const Services& services);
void add_service_pages(Routes& routes, const Services& services);

}  // namespace rucola::api
