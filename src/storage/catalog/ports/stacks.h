// catalog::Stacks over SQLite: a transaction, or a reader, around the SQL of ../sqlite/stacks.h.
//
// Threads, ownership and errors: those of the database, which outlives it.
#pragma once

#include <string_view>
#include <vector>

#include "catalog/stacks.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/stacks.h"

namespace rucola::storage {

class SqliteStacks final : public catalog::Stacks {
 public:
  explicit SqliteStacks(Database& database) : database_(database) {}

  Result<catalog::PutStack> put(std::string_view organization, std::string_view name,
                                std::string_view definition_json, catalog::Overwrite overwrite,
                                const catalog::MayReplace& may_replace) override {
    return database_.write([&](Connection& c) {
      return stacks::put(c, organization, name, definition_json, overwrite, may_replace);
    });
  }
  Result<catalog::Stack> find(std::string_view organization, std::string_view name) override {
    return database_.read([&](Connection& c) { return stacks::find(c, organization, name); });
  }
  Result<std::vector<catalog::Stack>> list(std::string_view organization) override {
    return database_.read([&](Connection& c) { return stacks::list(c, organization); });
  }
  Result<void> remove(std::string_view organization, std::string_view name) override {
    return database_.write([&](Connection& c) { return stacks::remove(c, organization, name); });
  }

 private:
  Database& database_;
};

}  // namespace rucola::storage
