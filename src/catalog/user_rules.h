// What holds for users, their keys and their roles. Pure and thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// So much of a key's SHA-256 names it.
inline constexpr std::size_t shortest_key_prefix = 16;

/// Errors: bad_request.
Result<void> may_be_roles(const std::vector<Role>& roles);

std::unexpected<Error> api_key_in_use();
std::unexpected<Error> no_such_user(std::string_view email);
std::unexpected<Error> no_such_member(std::string_view email, std::string_view organization);

/// The only one of `found`, which begin with what was asked for. Errors: not_found, conflict.
Result<std::string> the_key_of(const std::vector<std::string>& found);

/// As it is stored.
struct RoleRow {
  std::string organization;
  std::string role;
};
/// `rows` by organization. A role that this program doesn't know gives no right, nor a membership.
std::vector<Membership> memberships_of(const std::string& user_id, const std::vector<RoleRow>& rows);

}  // namespace rucola::catalog
