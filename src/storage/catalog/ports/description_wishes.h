// catalog::DescriptionWishes over SQLite: a transaction, or a reader, around the SQL of
// ../sqlite/description_wishes.h.
//
// Threads, ownership and errors: those of the database, which outlives it.
#pragma once

#include <cstdint>
#include <vector>

#include "catalog/description_wishes.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/description_wishes.h"

namespace rucola::storage {

class SqliteDescriptionWishes final : public catalog::DescriptionWishes {
 public:
  explicit SqliteDescriptionWishes(Database& database) : database_(database) {}

  Result<void> add(const std::vector<catalog::DescriptionWish>& wishes, Time at) override {
    return database_.write([&](Connection& c) -> Result<void> {
      for (const catalog::DescriptionWish& wish : wishes) {
        if (auto added = description_wishes::add(c, wish, at); !added) return added;
      }
      return {};
    });
  }
  Result<std::vector<catalog::DescriptionWish>> due(Time at, std::int64_t of_each,
                                                    std::int64_t limit) override {
    return database_.read([&](Connection& c) -> Result<std::vector<catalog::DescriptionWish>> {
      return description_wishes::due(c, at, of_each, limit);
    });
  }
  Result<void> remove(std::int64_t id) override {
    return database_.write([&](Connection& c) -> Result<void> {
      description_wishes::remove(c, id);
      return {};
    });
  }
  Result<void> put_off(std::int64_t id, Time due) override {
    return database_.write([&](Connection& c) -> Result<void> {
      description_wishes::put_off(c, id, due);
      return {};
    });
  }

 private:
  Database& database_;
};

}  // namespace rucola::storage
