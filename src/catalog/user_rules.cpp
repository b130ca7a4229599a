#include "catalog/user_rules.h"

#include <optional>

#include "catalog/damaged_rows.h"

namespace rucola::catalog {

Result<void> may_be_roles(const std::vector<Role>& roles) {
  if (!roles.empty()) return {};
  return fail(ErrorCode::bad_request,
              "A user needs at least one role in its organization, of " + role_names() + ".");
}

std::unexpected<Error> api_key_in_use() {
  return fail(ErrorCode::conflict, "This API key is in use already; make a new random one.");
}

std::unexpected<Error> no_such_user(std::string_view email) {
  return fail(ErrorCode::not_found, "There is no user \"" + std::string(email) + "\".");
}

std::unexpected<Error> no_such_member(std::string_view email, std::string_view organization) {
  return fail(ErrorCode::not_found, "The user \"" + std::string(email) + "\" is no member of \"" +
                                        std::string(organization) + "\".");
}

Result<std::string> the_key_of(const std::vector<std::string>& found) {
  if (found.empty())
    return fail(ErrorCode::not_found, "There is no such key; `rucola key list` shows those of a user.");
  if (found.size() > 1) return fail(ErrorCode::conflict, "Several keys begin like that; write more of it.");
  return found.front();
}

std::vector<Membership> memberships_of(const std::string& user_id, const std::vector<RoleRow>& rows) {
  std::vector<Membership> memberships;
  for (const RoleRow& row : rows) {
    const std::optional<Role> role = parse_role(row.role);
    if (!role) {
      report_damaged_row("roles", user_id + "/" + row.organization + "/" + row.role,
                         "The role is not known; it gives no right.");
      continue;
    }
    if (memberships.empty() || memberships.back().organization != row.organization)
      memberships.push_back({.user_id = user_id, .organization = row.organization, .roles = {}});
    memberships.back().roles.push_back(*role);
  }
  return memberships;
}

}  // namespace rucola::catalog
