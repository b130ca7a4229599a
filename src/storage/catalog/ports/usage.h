// catalog::Usage over SQLite: a transaction, or a reader, around the SQL of ../sqlite/usage.h.
//
// Threads, ownership and errors: those of the database, which outlives it.
#pragma once

#include <string_view>
#include <vector>

#include "catalog/usage.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/usage.h"

namespace rucola::storage {

class SqliteUsage final : public catalog::Usage {
 public:
  explicit SqliteUsage(Database& database) : database_(database) {}

  Result<void> add_traffic(const std::vector<catalog::NewTraffic>& traffic) override {
    return database_.write([&](Connection& c) -> Result<void> {
      usage::add_traffic(c, traffic);
      return {};
    });
  }
  Result<catalog::UsageByDay> by_day(std::string_view organization, const catalog::Days& days) override {
    return database_.read([&](Connection& c) { return usage::by_day(c, organization, days); });
  }

 private:
  Database& database_;
};

}  // namespace rucola::storage
