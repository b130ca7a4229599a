// The table of an organization's options: what each may be, and all of them as values.
//
// Pure; the table is immutable. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// The one that takes another organization's consent.
inline constexpr std::string_view fallback_option = "render_org_fallback";

struct OrganizationOptionRow {
  std::string_view name;
  std::string_view allowed;  ///< for people
  bool (*accepts)(const boost::json::value&);
  std::string_view help;
};

std::span<const OrganizationOptionRow> organization_option_table();

/// Errors: bad_request: there is no such option, and which there are.
Result<const OrganizationOptionRow*> organization_option(std::string_view name);

/// As people and clients write a value: JSON, or, where that is no JSON, a text without its quotes.
Result<OrganizationOption> parse_organization_option(std::string_view name, std::string_view text);
/// `value` null means that the option goes. Errors: bad_request, with what is allowed.
Result<OrganizationOption> parse_organization_option(std::string_view name, const boost::json::value& value);

/// The options as they stand, with their defaults.
struct OrganizationOptions {
  bool protect_dynamic_stack = false;
  std::string remote_basepath;  ///< empty: none
  bool remote_fullurl_allow = false;
  std::vector<std::string> remote_fullurl_whitelist;  ///< RE2 expressions; empty: no restriction
  std::string render_org_fallback;                    ///< empty: none
  std::string fallback_image;                         ///< hash or alias; empty: none
  bool fallback_image_is_ok = false;                  ///< it is answered 200
  std::optional<std::int64_t> alias_browser_max_age;  ///< seconds
  bool url_expressions_read_private = false;
};

/// A row that can't be read protects everything and opens nothing.
OrganizationOptions options_of(const Organization& organization);

}  // namespace rucola::catalog
