// Rows of organizations and users. The contracts are those of catalog::Organizations
// and catalog::Users. Functions that change something expect to run inside a transaction. They throw
// DatabaseFailure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/types.h"
#include "catalog/users.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::organizations {

Result<catalog::Organization> create(Connection& connection, const catalog::NewOrganization& wanted);
Result<catalog::Organization> create_for(Connection& connection, std::string_view user_id,
                                         std::string_view key_id, const catalog::NewOrganization& wanted);
Result<catalog::Organization> find(Connection& connection, std::string_view name);

struct Changed {
  catalog::Organization organization;
  bool differs;  ///< from what was before
};
Result<Changed> set_options(Connection& connection, std::string_view name,
                            const std::vector<catalog::OrganizationOption>& options);

Result<std::vector<catalog::SigningKey>> signing_keys(Connection& connection, std::string_view name);
Result<std::vector<std::string>> parts_of(Connection& connection, std::string_view master);
/// Gives a new one to each organization that has none.
void add_missing_signing_keys(Connection& connection);
/// The key by which other tables refer to it.
Result<std::int64_t> row_id(Connection& connection, std::string_view name);

}  // namespace rucola::storage::organizations

namespace rucola::storage::users {

Result<catalog::User> create(Connection& connection, std::string_view email, std::string_view organization,
                             const std::vector<catalog::Role>& roles, std::string_view api_key_sha256);
Result<catalog::User> sign_up(Connection& connection, std::string_view email, std::string_view api_key_sha256,
                              const std::optional<catalog::NewOrganization>& organization);
std::vector<catalog::User> list(Connection& connection);
Result<void> remove(Connection& connection, std::string_view user, catalog::LastAdmin last_admin);

}  // namespace rucola::storage::users
