// The resources whose rows make up the API's table; one file each. Internal to api/.
#pragma once

#include <vector>

#include "api/endpoint.h"

namespace rucola::api {

using Endpoints = std::vector<Endpoint>;

void add_source_images(Endpoints& table);
void add_image_search(Endpoints& table);
void add_upload(Endpoints& table);
void add_aliases(Endpoints& table);
void add_stacks(Endpoints& table);
void add_purges(Endpoints& table);
void add_organizations(Endpoints& table);
void add_new_tenants(Endpoints& table);
void add_protected_images(Endpoints& table);
void add_user_metadata(Endpoints& table);
void add_dynamic_metadata(Endpoints& table);
void add_image_locks(Endpoints& table);
void add_image_names(Endpoints& table);
void add_image_copies(Endpoints& table);
void add_image_archives(Endpoints& table);
void add_sign_url(Endpoints& table);
void add_account(Endpoints& table);
void add_tokens(Endpoints& table);
void add_memberships(Endpoints& table);
void add_key_overview(Endpoints& table);
void add_audit(Endpoints& table);
void add_descriptions(Endpoints& table);
void add_stats(Endpoints& table);
void add_billing(Endpoints& table);

/// Of the pages about the service itself: all; without those for its operator, of whose health page only the
/// plain answer is left; or those for its operator.
enum class ServicePages { all, without_operators, for_operators };
void add_service_pages(Endpoints& table, ServicePages which);

}  // namespace rucola::api
