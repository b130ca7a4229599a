#include "catalog/organization_rules.h"

#include <utility>

#include "base/hashing.h"
#include "catalog/damaged_rows.h"
#include "catalog/json_fields.h"

namespace rucola::catalog {
namespace {

/// 190 bits: nobody guesses it from the signatures, of which anybody may collect many.
constexpr std::size_t signing_key_length = 32;

}  // namespace

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
  if (!is_object(organization.options_json)) {
    report_damaged_row("organizations", organization.name, "Its options can't be read.");
    return fail(ErrorCode::internal, "The options of the organization \"" + organization.name +
                                         "\" are damaged; the server's log says more.");
  }
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
