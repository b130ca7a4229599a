// Rows of the purge quota and of the outbox. The contracts are those of catalog::Store.
// Functions that change something expect to run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/purge.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::purges {

Result<catalog::PurgeAdmission> request(Connection& connection, const catalog::PurgeRequest& request,
                                        Time at);
Result<catalog::PurgeAdmission> quota(Connection& connection, std::string_view organization,
                                      catalog::PurgeKind kind, std::int64_t calls_per_hour, Time at);
std::vector<catalog::PurgeDelivery> due(Connection& connection, std::string_view cache, Time at,
                                        std::int64_t limit);
std::optional<Time> next_due(Connection& connection, std::string_view cache);
void confirm(Connection& connection, std::int64_t id, Time at, std::optional<std::int64_t> objects);
void retry(Connection& connection, std::int64_t id, Time due, std::string_view error);
std::vector<catalog::PendingPurges> pending(Connection& connection);

}  // namespace rucola::storage::purges
