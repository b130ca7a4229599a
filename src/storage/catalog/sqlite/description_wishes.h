// Rows of descriptions that are wished for. The contract is that of catalog::DescriptionWishes. What changes
// something expects to run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/description_wishes.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::description_wishes {

Result<void> add(Connection& connection, const catalog::DescriptionWish& wish, Time at);
std::vector<catalog::DescriptionWish> due(Connection& connection, Time at, std::int64_t of_each,
                                          std::int64_t limit);
/// From an image to the one that comes in its place, while both live.
void follow(Connection& connection, std::string_view organization, std::string_view from_hash,
            std::string_view to_hash);
void remove(Connection& connection, std::int64_t id);
void put_off(Connection& connection, std::int64_t id, Time due);

}  // namespace rucola::storage::description_wishes
