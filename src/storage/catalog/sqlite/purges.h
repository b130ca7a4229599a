// Rows of the purge quota and of the outbox. The contracts are those of catalog::Purges and
// catalog::PurgeOutbox. A delivery whose tags can't be read is delivered as one of all that the organization
// has: more goes than need be, but nothing stays that shouldn't. Functions that change something expect to
// run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/purge_outbox.h"
#include "catalog/purges.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::purges {

Result<catalog::PurgeAdmission> request(Connection& connection, const catalog::PurgeRequest& request,
                                        Time at);
Result<catalog::PurgeAdmission> quota(Connection& connection, std::string_view organization,
                                      catalog::PurgeKind kind, std::int64_t calls_per_hour, Time at);
std::vector<catalog::PurgeDelivery> due(Connection& connection, std::string_view cache, Time at,
                                        std::int64_t limit);
std::optional<Time> next_due(Connection& connection, std::string_view cache);
void confirm(Connection& connection, const catalog::ConfirmedPurge& confirmed, Time at);
void put_off(Connection& connection, const catalog::FailedPurge& failed);
std::vector<catalog::PendingPurges> pending(Connection& connection);

}  // namespace rucola::storage::purges
