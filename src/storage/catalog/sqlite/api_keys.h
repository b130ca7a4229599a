// Rows of users' API keys. The contracts are those of catalog::Users. Functions that change something expect
// to run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/users.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::users {

Result<std::optional<catalog::Principal>> find_by_key(Connection& connection,
                                                      std::string_view sha256_or_prefix);
/// Makes the key and lets it into all memberships of the user, whose row `user` is. Errors: conflict.
Result<void> give_key(Connection& connection, std::int64_t user, std::string_view api_key_sha256,
                      const catalog::KeyTerms& terms);

/// Of the user whose row `user` is: the one whose digest begins with `key_id`, with which it makes an
/// organization, and those that manage all of its keys, which may do there what they may elsewhere.
std::vector<std::string> keys_that_found(Connection& connection, std::int64_t user, std::string_view key_id);

Result<catalog::User> add_key(Connection& connection, std::string_view user, std::string_view api_key_sha256,
                              const catalog::KeyTerms& terms);
Result<std::vector<catalog::ApiKey>> keys(Connection& connection, std::string_view user);
Result<catalog::ApiKey> change_key(Connection& connection, std::string_view user,
                                   std::string_view sha256_or_prefix, const catalog::KeyChange& change);
Result<void> revoke_key(Connection& connection, std::string_view sha256_or_prefix);
Result<void> revoke_key_of(Connection& connection, std::string_view user, std::string_view sha256_or_prefix);
void note_access(Connection& connection, std::string_view api_key_sha256, std::string_view organization,
                 Time at);

/// For keys that were there before keys had a secret.
void add_missing_token_secrets(Connection& connection);

}  // namespace rucola::storage::users
