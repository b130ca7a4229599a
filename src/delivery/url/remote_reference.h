// Images of other servers in render URLs: which URL a reference means, and whether it may be fetched.
//
// Pure; thread-safe. Errors: forbidden, with what the organization or the stack would have to allow;
// bad_request for what is no URL.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/organization_options.h"
#include "render/stack/definition.h"

namespace rucola::delivery {

struct RemotePolicy {
  bool full_urls = false;
  std::vector<std::string> hosts;  ///< regular expressions (RE2), found anywhere in the host; empty: all
  std::string base;                ///< what stands before a path; empty: paths are not allowed
};

/// What a stored stack says wins over what the organization says.
RemotePolicy remote_policy(const catalog::OrganizationOptions& organization, const render::Options& stack);

/// Is one of the regular expressions found in the host?
bool is_on_list(std::string_view host, const std::vector<std::string>& list);

/// Does the reference name a server, not only a path behind the base?
bool is_full_url(std::string_view reference);

/// `reference` as it stands between the hyphens, decoded: "2017/06/a.jpg" or "https://example.org/a.jpg".
Result<std::string> remote_url(std::string_view reference, const RemotePolicy& policy);

}  // namespace rucola::delivery
