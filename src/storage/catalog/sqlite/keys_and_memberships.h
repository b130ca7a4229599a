// Rows of users' keys and memberships, as people change them. The contracts are those of catalog::Users.
// Functions that change something expect to run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/users.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::users {

Result<catalog::User> add_key(Connection& connection, std::string_view email,
                              std::string_view api_key_sha256);
Result<std::vector<catalog::ApiKey>> keys(Connection& connection, std::string_view email);
Result<void> revoke_key(Connection& connection, std::string_view sha256_or_prefix);
Result<void> set_membership(Connection& connection, std::string_view email, std::string_view organization,
                            const std::vector<catalog::Role>& roles);
Result<void> remove_membership(Connection& connection, std::string_view email, std::string_view organization);

}  // namespace rucola::storage::users
