// catalog::PurgeOutbox over SQLite: a transaction, or a reader, around the SQL of ../sqlite/purges.h.
//
// Threads, ownership and errors: those of the database, which outlives it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "catalog/purge_outbox.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/purges.h"

namespace rucola::storage {

class SqlitePurgeOutbox final : public catalog::PurgeOutbox {
 public:
  explicit SqlitePurgeOutbox(Database& database) : database_(database) {}

  [[nodiscard]] std::uint64_t bell() const noexcept override { return database_.bell(); }
  Result<std::vector<catalog::PurgeDelivery>> due(std::string_view cache, Time at,
                                                  std::int64_t limit) override {
    return database_.read([&](Connection& c) -> Result<std::vector<catalog::PurgeDelivery>> {
      return purges::due(c, cache, at, limit);
    });
  }
  Result<std::optional<Time>> next_due(std::string_view cache) override {
    return database_.read(
        [&](Connection& c) -> Result<std::optional<Time>> { return purges::next_due(c, cache); });
  }
  Result<void> confirm(const std::vector<catalog::ConfirmedPurge>& confirmed, Time at) override {
    return database_.write([&](Connection& c) -> Result<void> {
      for (const catalog::ConfirmedPurge& purge : confirmed)
        purges::confirm(c, purge, at);
      return {};
    });
  }
  Result<void> put_off(const std::vector<catalog::FailedPurge>& failed) override {
    return database_.write([&](Connection& c) -> Result<void> {
      for (const catalog::FailedPurge& purge : failed)
        purges::put_off(c, purge);
      return {};
    });
  }
  Result<std::vector<catalog::PendingPurges>> pending() override {
    return database_.read(
        [](Connection& c) -> Result<std::vector<catalog::PendingPurges>> { return purges::pending(c); });
  }

 private:
  Database& database_;
};

}  // namespace rucola::storage
