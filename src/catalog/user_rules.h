// What holds for users, their keys and their roles. Pure and thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::catalog {

/// Errors: bad_request.
Result<void> may_be_roles(const std::vector<Role>& roles);

std::unexpected<Error> api_key_in_use();

/// As it is stored.
struct RoleRow {
  std::string organization;
  std::string role;
};
/// `rows` by organization. A role that this program doesn't know gives no right, nor a membership.
std::vector<Membership> memberships_of(const std::string& user_id, const std::vector<RoleRow>& rows);

}  // namespace rucola::catalog
