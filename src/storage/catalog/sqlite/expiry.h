// Rows of what expires. The contracts are those of catalog::Expiry.
// Functions that change something expect to run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/expiry.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::expiry {

catalog::SeenTime look_at_clock(Connection& connection, Time now);
catalog::Removed remove_images(Connection& connection, catalog::SeenTime deleted_before, std::int64_t most);
catalog::Removed remove_previews(Connection& connection, catalog::SeenTime put_before, std::int64_t most);
/// The stack was put as it is already, which no trigger sees: a preview begins anew all the same.
void keep_preview(Connection& connection, std::int64_t organization, std::string_view name);
/// The file waits from now on to be removed, unless an image is of it.
void let_wait(Connection& connection, std::string_view blob);
std::vector<std::string> waiting_files(Connection& connection, catalog::SeenTime since_before,
                                       std::string_view after, std::int64_t most);
bool is_wanted(Connection& connection, std::string_view sha256);
void wait_no_more(Connection& connection, const std::vector<std::string>& files,
                  catalog::SeenTime since_before);

}  // namespace rucola::storage::expiry
