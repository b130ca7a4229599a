// catalog::Members over SQLite: a transaction, or a reader, around the SQL of ../sqlite/members.h.
//
// Threads, ownership and errors: those of the database, which outlives it.
#pragma once

#include <string_view>
#include <vector>

#include "catalog/members.h"
#include "storage/catalog/ports/admins.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/members.h"

namespace rucola::storage {

class SqliteMembers final : public catalog::Members {
 public:
  explicit SqliteMembers(Database& database) : database_(database) {}

  Result<std::vector<catalog::Member>> list(std::string_view organization) override {
    return database_.read([&](Connection& c) { return members::list(c, organization); });
  }
  Result<std::vector<catalog::Member>> of_user(std::string_view user_id) override {
    return database_.read([&](Connection& c) { return members::of_user(c, user_id); });
  }
  Result<catalog::Member> find(std::string_view organization, std::string_view user_id) override {
    return database_.read([&](Connection& c) { return members::find(c, organization, user_id); });
  }
  Result<catalog::PutMember> put(std::string_view organization, std::string_view user_id,
                                 const catalog::MemberTerms& terms, const catalog::PurgeOf& purge) override {
    return changing_admins(database_, purge,
                           [&](Connection& c) { return members::put(c, organization, user_id, terms); });
  }
  Result<catalog::Member> create(std::string_view organization, const catalog::MemberTerms& terms,
                                 std::string_view api_key_sha256, const catalog::KeyTerms& key) override {
    return database_.write(
        [&](Connection& c) { return members::create(c, organization, terms, api_key_sha256, key); });
  }
  Result<void> remove(std::string_view organization, std::string_view user_id,
                      const catalog::PurgeOf& purge) override {
    return changing_admins(database_, purge,
                           [&](Connection& c) { return members::remove(c, organization, user_id); });
  }

 private:
  Database& database_;
};

}  // namespace rucola::storage
