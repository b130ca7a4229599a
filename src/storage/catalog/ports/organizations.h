// catalog::Organizations over SQLite: a transaction, or a reader, around the SQL of
// ../sqlite/organizations_and_users.h.
//
// Threads, ownership and errors: those of the database, which outlives it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/organizations.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/fallbacks.h"
#include "storage/catalog/sqlite/organizations_and_users.h"
#include "storage/catalog/sqlite/purges.h"

namespace rucola::storage {

class SqliteOrganizations final : public catalog::Organizations {
 public:
  explicit SqliteOrganizations(Database& database) : database_(database) {}

  Result<catalog::Organization> create(std::string_view name, std::string_view display_name,
                                       std::string_view billing_email) override {
    const catalog::NewOrganization wanted{.name = std::string(name),
                                          .display_name = std::string(display_name),
                                          .billing_email = std::string(billing_email)};
    return database_.write([&](Connection& c) { return organizations::create(c, wanted); });
  }
  Result<catalog::Organization> create_for(std::string_view user_id, std::string_view key_id,
                                           const catalog::NewOrganization& wanted) override {
    return database_.write(
        [&](Connection& c) { return organizations::create_for(c, user_id, key_id, wanted); });
  }
  Result<catalog::Organization> find(std::string_view name) override {
    return database_.read([&](Connection& c) { return organizations::find(c, name); });
  }
  Result<catalog::Organization> set_options(std::string_view name,
                                            const std::vector<catalog::OrganizationOption>& options,
                                            const std::optional<catalog::PurgeRequest>& purge) override {
    return database_.write([&](Connection& c) -> Result<catalog::Organization> {
      auto changed = organizations::set_options(c, name, options);
      if (!changed) return std::unexpected(std::move(changed.error()));
      for (const catalog::OrganizationOption& option : options)
        fallbacks::note(c, name, option);
      if (changed->differs && purge) {
        if (const auto requested = purges::request(c, *purge, now()); !requested)
          return std::unexpected(requested.error());
      }
      return std::move(changed->organization);
    });
  }
  Result<std::vector<catalog::SigningKey>> signing_keys(std::string_view organization) override {
    return database_.read([&](Connection& c) { return organizations::signing_keys(c, organization); });
  }
  Result<std::vector<std::string>> parts_of(std::string_view master) override {
    return database_.read([&](Connection& c) { return organizations::parts_of(c, master); });
  }

 private:
  Database& database_;
};

}  // namespace rucola::storage
