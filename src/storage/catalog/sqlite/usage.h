// Rows of what organizations use, by day. The contract is that of catalog::Usage. add_traffic() expects to
// run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/usage.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::usage {

void add_traffic(Connection& connection, const std::vector<catalog::NewTraffic>& traffic);
Result<catalog::UsageByDay> by_day(Connection& connection, std::string_view organization,
                                   const catalog::Days& days);

}  // namespace rucola::storage::usage
