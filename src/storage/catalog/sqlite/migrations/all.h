// The migrations, in the order in which they run. A new one has the next number, its line here, and the way
// back in tests/storage/reverts/.
#pragma once

#include <array>

#include "storage/catalog/sqlite/migrations/01_first_tables.h"
#include "storage/catalog/sqlite/migrations/02_signing_keys.h"
#include "storage/catalog/sqlite/migrations/03_remote_images.h"
#include "storage/catalog/sqlite/migrations/04_changes_feed.h"
#include "storage/catalog/sqlite/migrations/05_history_table.h"
#include "storage/catalog/sqlite/migrations/06_key_roles.h"
#include "storage/catalog/sqlite/migrations/07_tokens_and_commits.h"
#include "storage/catalog/sqlite/migrations/08_terms_of_keys.h"
#include "storage/catalog/sqlite/migrations/09_memberships.h"
#include "storage/catalog/sqlite/migrations/10_members_by_id_and_masters.h"
#include "storage/catalog/sqlite/migrations/11_changes_of_images.h"
#include "storage/catalog/sqlite/migrations/12_search_index.h"
#include "storage/catalog/sqlite/migrations/13_expiry.h"
#include "storage/catalog/sqlite/migrations/14_previews.h"
#include "storage/catalog/sqlite/migrations/15_files_that_were_sent.h"
#include "storage/catalog/sqlite/migrations/16_fallback_consents.h"
#include "storage/catalog/sqlite/migrations/17_history_of_everything.h"
#include "storage/catalog/sqlite/migrations/18_members_of_before.h"
#include "storage/catalog/sqlite/migrations/19_usage_by_day.h"
#include "storage/catalog/sqlite/migrations/20_description_wishes.h"
#include "storage/catalog/sqlite/migrations/21_flags_and_fields.h"
#include "storage/catalog/sqlite/migrations/22_files_by_blob.h"

namespace rucola::storage::migrations {

/// Only ever append: a database out there has run the earlier ones as they stand.
inline constexpr std::array all = {
    // clang-format off: one a line
    first_tables,
    signing_keys,
    remote_images,
    changes_feed,
    history_table,
    key_roles,
    tokens_and_commits,
    terms_of_keys,
    memberships,
    members_by_id_and_masters,
    changes_of_images,
    search_index,
    expiry,
    previews,
    files_that_were_sent,
    fallback_consents,
    history_of_everything,
    members_of_before,
    usage_by_day,
    description_wishes,
    flags_and_fields,
    files_by_blob,
    // clang-format on
};

}  // namespace rucola::storage::migrations
