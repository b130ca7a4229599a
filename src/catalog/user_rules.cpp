#include "catalog/user_rules.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "base/text.h"
#include "base/visible_text.h"
#include "base/wording.h"
#include "catalog/damaged_rows.h"

namespace rucola::catalog {
namespace {

constexpr std::string_view host_of_nobody = "users.invalid";

}  // namespace

Result<void> may_be_roles(const std::vector<Role>& roles) {
  if (!roles.empty()) return {};
  return fail(ErrorCode::bad_request,
              "A user needs at least one role in its organization, of " + role_names() + ".");
}

Result<void> may_have_another_key(std::size_t keys) {
  if (keys < most_keys_of_a_user) return {};
  return fail(ErrorCode::conflict, "The user has " + std::to_string(keys) +
                                       " API keys, which is as many as one may have; delete one that is no "
                                       "longer used.");
}

Result<void> may_found_another(std::size_t organizations) {
  if (organizations < most_organizations_of_a_founder) return {};
  return fail(ErrorCode::forbidden,
              "The user is an admin of " + std::to_string(organizations) +
                  " organizations, and who is one of " + std::to_string(most_organizations_of_a_founder) +
                  " or more makes no further ones here; the server's operator does, with "
                  "`rucola org create`. docs/authentication.md says more.");
}

bool is_public(const std::vector<Role>& roles) {
  const bool is_handed_out =
      roles.empty() || std::ranges::any_of(roles, [](Role role) {
        return role == Role::read || role == Role::upload || role == Role::sourceimages_read;
      });
  return is_handed_out && std::ranges::none_of(roles, [](Role role) {
           return role == Role::write || role == Role::admin || role == Role::admin_read ||
                  role == Role::sourceimages_write;
         });
}

bool is_access_worth_a_note(std::optional<Time> noted, Time at) {
  return !noted || *noted > at || at - *noted >= between_notes_of_access;
}

Result<void> leaves_an_admin(bool was_active_admin, bool stays_active_admin, bool has_other_active_admins) {
  if (!was_active_admin || stays_active_admin || has_other_active_admins) return {};
  return fail(ErrorCode::conflict,
              "This is the organization's last active admin: without one nobody could let anybody in. Make "
              "another member an admin first.");
}

Result<void> may_be_email(std::string_view text) {
  constexpr std::size_t longest = 254;  // RFC 5321, less the brackets
  const std::size_t at = text.find('@');
  const bool is_one = text.size() <= longest && at != std::string_view::npos && at > 0 &&
                      at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos &&
                      !text.contains(' ') && is_visible_text(text);
  if (is_one) return {};
  return fail(ErrorCode::bad_request,
              in_quotes(text) +
                  " is no e-mail address: it takes a name, an @ and a host, no blanks, no control or other "
                  "characters that nobody sees, and at most " +
                  std::to_string(longest) + " bytes.");
}

Result<void> may_be_own_email(std::string_view text) {
  if (auto good = may_be_email(text); !good) return good;
  std::string host = lower(text.substr(text.find('@') + 1));
  while (host.ends_with('.'))
    host.pop_back();
  if (host != host_of_nobody) return {};
  return fail(ErrorCode::bad_request, in_quotes(text) + " is nobody's e-mail address: those at " +
                                          std::string(host_of_nobody) +
                                          " are for users whose address is not known.");
}

std::unexpected<Error> email_in_use(std::string_view email) {
  return fail(ErrorCode::conflict, "There is a user with the address " + in_quotes(email) +
                                       " already. Ask the server's operator for a further key.");
}

Result<void> leaves_admins(std::string_view user, const std::vector<std::string>& would_have_none) {
  if (would_have_none.empty()) return {};
  return fail(ErrorCode::conflict, "The user " + in_quotes(user) + " is the last active admin of " +
                                       joined(would_have_none) +
                                       ": without one nobody could let anybody in. Nothing was changed; make "
                                       "another member an admin first, or use --force.");
}

std::string address_of_nobody(std::string_view user_id) {
  return std::string(user_id) + "@" + std::string(host_of_nobody);
}

Result<void> may_get_key_for(std::string_view user, std::string_view organization,
                             bool membership_is_active) {
  if (membership_is_active) return {};
  return fail(
      ErrorCode::conflict,
      "The membership of \"" + std::string(user) + "\" in \"" + std::string(organization) +
          "\" is inactive, so a key for it would be refused. Nothing was changed; `rucola member set` "
          "makes it active.");
}

std::unexpected<Error> api_key_in_use() {
  return fail(ErrorCode::conflict, "This API key is in use already; make a new random one.");
}

std::unexpected<Error> no_such_user(std::string_view user) {
  return fail(ErrorCode::not_found, "There is no user \"" + std::string(user) + "\".");
}

std::unexpected<Error> no_such_member(std::string_view user, std::string_view organization) {
  return fail(ErrorCode::not_found, "The user \"" + std::string(user) + "\" is no member of \"" +
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
      memberships.push_back({.user_id = user_id,
                             .organization = row.organization,
                             .roles = {},
                             .last_access = row.last_access});
    memberships.back().roles.push_back(*role);
  }
  return memberships;
}

}  // namespace rucola::catalog
