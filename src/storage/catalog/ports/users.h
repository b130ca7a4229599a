// catalog::Users over SQLite: a transaction, or a reader, around the SQL of ../sqlite/api_keys.h and
// organizations_and_users.h.
//
// Threads, ownership and errors: those of the database, which outlives it.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/users.h"
#include "storage/catalog/ports/admins.h"
#include "storage/catalog/sqlite/api_keys.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage {

class SqliteUsers final : public catalog::Users {
 public:
  explicit SqliteUsers(Database& database) : database_(database) {}

  Result<catalog::User> create(std::string_view email, std::string_view organization,
                               const std::vector<catalog::Role>& roles,
                               std::string_view api_key_sha256) override {
    return database_.write(
        [&](Connection& c) { return users::create(c, email, organization, roles, api_key_sha256); });
  }
  Result<catalog::User> sign_up(std::string_view email, std::string_view api_key_sha256,
                                const std::optional<catalog::NewOrganization>& organization) override {
    return database_.write(
        [&](Connection& c) { return users::sign_up(c, email, api_key_sha256, organization); });
  }
  Result<catalog::User> find(std::string_view user) override {
    return database_.read([&](Connection& c) -> Result<catalog::User> {
      auto row = users::find(c, user);
      if (!row) return std::unexpected(std::move(row.error()));
      return std::move(row->user);
    });
  }
  Result<std::vector<catalog::User>> list() override {
    return database_.read(
        [&](Connection& c) -> Result<std::vector<catalog::User>> { return users::list(c); });
  }
  Result<void> remove(std::string_view user, catalog::LastAdmin last_admin) override {
    return changing_admins(database_, {}, [&](Connection& c) { return users::remove(c, user, last_admin); });
  }
  Result<std::optional<catalog::Principal>> principal_by_key(std::string_view sha256_or_prefix) override {
    return database_.read([&](Connection& c) { return users::find_by_key(c, sha256_or_prefix); });
  }
  Result<catalog::User> add_key(std::string_view user, std::string_view api_key_sha256,
                                const catalog::KeyTerms& terms) override {
    return database_.write([&](Connection& c) { return users::add_key(c, user, api_key_sha256, terms); });
  }
  Result<std::vector<catalog::ApiKey>> keys(std::string_view user) override {
    return database_.read([&](Connection& c) { return users::keys(c, user); });
  }
  Result<catalog::ApiKey> change_key(std::string_view user, std::string_view sha256_or_prefix,
                                     const catalog::KeyChange& change) override {
    return database_.write(
        [&](Connection& c) { return users::change_key(c, user, sha256_or_prefix, change); });
  }
  Result<void> revoke_key(std::string_view sha256_or_prefix) override {
    return database_.write([&](Connection& c) { return users::revoke_key(c, sha256_or_prefix); });
  }
  Result<void> revoke_key_of(std::string_view user, std::string_view sha256_or_prefix) override {
    return database_.write([&](Connection& c) { return users::revoke_key_of(c, user, sha256_or_prefix); });
  }
  Result<void> note_access(std::string_view api_key_sha256, std::string_view organization, Time at) override {
    return database_.write([&](Connection& c) -> Result<void> {
      users::note_access(c, api_key_sha256, organization, at);
      return {};
    });
  }
  Result<void> set_membership(std::string_view user, std::string_view organization,
                              const std::vector<catalog::Role>& roles) override {
    return changing_admins(
        database_, {}, [&](Connection& c) { return users::set_membership(c, user, organization, roles); });
  }
  Result<void> remove_membership(std::string_view user, std::string_view organization) override {
    return changing_admins(database_, {},
                           [&](Connection& c) { return users::remove_membership(c, user, organization); });
  }

 private:
  Database& database_;
};

}  // namespace rucola::storage
