// catalog::Aliases over SQLite: a transaction, or a reader, around the SQL of ../sqlite/aliases.h.
//
// Threads, ownership and errors: those of the database, which outlives it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "catalog/aliases.h"
#include "storage/catalog/sqlite/aliases.h"
#include "storage/catalog/sqlite/database.h"

namespace rucola::storage {

class SqliteAliases final : public catalog::Aliases {
 public:
  explicit SqliteAliases(Database& database) : database_(database) {}

  Result<catalog::PutAlias> put(std::string_view organization, std::string_view name,
                                std::string_view hash_or_prefix, catalog::Overwrite overwrite,
                                const catalog::Precondition& precondition) override {
    return database_.write([&](Connection& c) {
      return aliases::put(c, organization, name, hash_or_prefix, overwrite, precondition);
    });
  }
  Result<catalog::Alias> find(std::string_view organization, std::string_view name) override {
    return database_.read([&](Connection& c) { return aliases::find(c, organization, name); });
  }
  Result<catalog::Page<catalog::Alias>> list(std::string_view organization, std::int64_t limit,
                                             std::int64_t offset) override {
    return database_.read([&](Connection& c) { return aliases::list(c, organization, limit, offset); });
  }
  Result<void> remove(std::string_view organization, std::string_view name,
                      const catalog::Precondition& precondition) override {
    return database_.write(
        [&](Connection& c) { return aliases::remove(c, organization, name, precondition); });
  }
  Result<std::vector<catalog::AliasVersion>> history(std::string_view organization,
                                                     std::string_view name) override {
    return database_.read([&](Connection& c) { return aliases::history(c, organization, name); });
  }

 private:
  Database& database_;
};

}  // namespace rucola::storage
