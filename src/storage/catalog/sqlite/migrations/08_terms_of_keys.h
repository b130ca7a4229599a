// What a key's user says of it, when it was used last, and what signs its tokens.
#pragma once

#include "storage/catalog/sqlite/api_keys.h"
#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration terms_of_keys = {
    .sql = R"sql(
ALTER TABLE api_keys ADD COLUMN comment TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN trusted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE api_keys ADD COLUMN allowed_ips TEXT NOT NULL DEFAULT '[]';
ALTER TABLE api_keys ADD COLUMN expires INTEGER;
ALTER TABLE api_keys ADD COLUMN accessed INTEGER;
ALTER TABLE api_keys ADD COLUMN token_secret TEXT NOT NULL DEFAULT '';
)sql",
    .then = users::add_missing_token_secrets,
};

}  // namespace rucola::storage::migrations
