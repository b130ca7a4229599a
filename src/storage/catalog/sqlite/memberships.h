// Rows of users' memberships. The contracts are those of catalog::Users. Functions that change something
// expect to run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/types.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::users {

struct UserRow {
  std::int64_t id;
  catalog::User user;
};

/// By e-mail address or by id. Errors: not_found.
Result<UserRow> find(Connection& connection, std::string_view user);

Result<void> set_membership(Connection& connection, std::string_view user, std::string_view organization,
                            const std::vector<catalog::Role>& roles);
Result<void> remove_membership(Connection& connection, std::string_view user, std::string_view organization);

}  // namespace rucola::storage::users
