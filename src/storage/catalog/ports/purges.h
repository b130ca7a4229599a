// catalog::Purges over SQLite: a transaction, or a reader, around the SQL of ../sqlite/purges.h.
//
// Threads, ownership and errors: those of the database, which outlives it.
#pragma once

#include <cstdint>
#include <string_view>

#include "catalog/purges.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/purges.h"

namespace rucola::storage {

class SqlitePurges final : public catalog::Purges {
 public:
  explicit SqlitePurges(Database& database) : database_(database) {}

  Result<bool> ever_existed(std::string_view organization, catalog::PurgeKind kind,
                            std::string_view name) override;
  Result<catalog::PurgeAdmission> request(const catalog::PurgeRequest& request, Time at) override {
    return database_.write([&](Connection& c) { return purges::request(c, request, at); });
  }
  Result<catalog::PurgeAdmission> quota(std::string_view organization, catalog::PurgeKind kind,
                                        std::int64_t calls_per_hour, Time at) override {
    return database_.read(
        [&](Connection& c) { return purges::quota(c, organization, kind, calls_per_hour, at); });
  }

 private:
  Database& database_;
};

}  // namespace rucola::storage
