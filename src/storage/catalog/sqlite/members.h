// Rows of users' memberships. The contracts are those of catalog::Members, and of catalog::Users, whose two
// are the operator's: no rule keeps him from taking the last admin away. Functions that change something
// expect to run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/members.h"
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

/// Of how many organizations the user, whose row `user` is, is an admin, by more than its id.
std::size_t count_administered(Connection& connection, std::int64_t user);
/// Makes the user the admin of an organization that has no members, by these of its keys and no others.
/// Errors: not_found.
Result<void> add_founder(Connection& connection, std::int64_t user, std::string_view organization,
                         const std::vector<std::string>& keys);

}  // namespace rucola::storage::users

namespace rucola::storage::members {

Result<std::vector<catalog::Member>> list(Connection& connection, std::string_view organization);
Result<std::vector<catalog::Member>> of_user(Connection& connection, std::string_view user_id);
Result<catalog::Member> find(Connection& connection, std::string_view organization, std::string_view user_id);
Result<catalog::PutMember> put(Connection& connection, std::string_view organization,
                               std::string_view user_id, const catalog::MemberTerms& terms);
Result<catalog::Member> create(Connection& connection, std::string_view organization,
                               const catalog::MemberTerms& terms, std::string_view api_key_sha256,
                               const catalog::KeyTerms& key);
Result<void> remove(Connection& connection, std::string_view organization, std::string_view user_id);

}  // namespace rucola::storage::members
