#include "catalog/organization_rules.h"

#include <utility>

#include "base/hashing.h"
#include "base/wording.h"
#include "catalog/json_fields.h"
#include "catalog/names.h"
#include "catalog/stored_json.h"

namespace rucola::catalog {
namespace {

/// 190 bits: nobody guesses it from the signatures, of which anybody may collect many.
constexpr std::size_t signing_key_length = 32;

}  // namespace

Result<void> may_be_organization_name(std::string_view name) {
  if (is_organization_name(name)) return {};
  return fail(ErrorCode::bad_request,
              in_quotes(name) +
                  " can't be an organization's name: it is a part of a host's name and consists of 2 to 63 "
                  "lower-case letters, digits and hyphens; no hyphen at an end. \"" +
                  std::string(api_label) + "\" is the API's.");
}

std::unexpected<Error> no_such_organization(std::string_view name) {
  return fail(ErrorCode::not_found, "There is no organization \"" + std::string(name) + "\".");
}

std::unexpected<Error> organization_exists(std::string_view name) {
  return fail(ErrorCode::conflict,
              "There is an organization \"" + std::string(name) + "\" already; choose another name.");
}

std::string new_signing_key() {
  return random_token(signing_key_length);
}

Result<std::string> changed_options(const Organization& organization,
                                    const std::vector<OrganizationOption>& options) {
  if (const auto readable = stored_options(organization); !readable) return std::unexpected(readable.error());
  std::string fields = organization.options_json;
  for (const OrganizationOption& option : options) {
    Result<std::string> next = option.value_json ? with_field(fields, option.name, *option.value_json)
                                                 : without_field(fields, option.name);
    if (!next) return next;
    fields = *std::move(next);
  }
  return fields;
}

}  // namespace rucola::catalog
