#include "storage/catalog/sqlite/organizations_and_users.h"

#include <string>
#include <utility>

#include "base/hashing.h"
#include "catalog/organization_rules.h"
#include "catalog/user_rules.h"
#include "storage/catalog/sqlite/api_keys.h"
#include "storage/catalog/sqlite/members.h"

namespace rucola::storage {

namespace organizations {
namespace {

void add_signing_key(Connection& connection, std::int64_t organization) {
  connection.run("INSERT INTO signing_keys (organization, key, created) VALUES (?1, ?2, ?3)", organization,
                 catalog::new_signing_key(), now());
}

}  // namespace

Result<catalog::Organization> create(Connection& connection, std::string_view name,
                                     std::string_view display_name, std::string_view billing_email) {
  connection.run(
      "INSERT INTO organizations (uuid, name, display_name, billing_email, created) VALUES (?1, ?2, ?3, ?4, "
      "?5) "
      "ON CONFLICT (name) DO NOTHING",
      std::string_view(random_uuid()), name, display_name, billing_email, now());
  if (connection.changes() == 0) return catalog::organization_exists(name);
  add_signing_key(connection, connection.last_insert_id());
  return find(connection, name);
}

Result<catalog::Organization> find(Connection& connection, std::string_view name) {
  Query row = connection.query(
      "SELECT uuid, name, display_name, billing_email, created, options FROM organizations WHERE name = ?1",
      name);
  if (!row.step()) return catalog::no_such_organization(name);
  return catalog::Organization{.id = row.text(0),
                               .name = row.text(1),
                               .display_name = row.text(2),
                               .billing_email = row.text(3),
                               .created = row.time(4),
                               .options_json = row.text(5)};
}

Result<Changed> set_options(Connection& connection, std::string_view name,
                            const std::vector<catalog::OrganizationOption>& options) {
  Result<catalog::Organization> organization = find(connection, name);
  if (!organization) return std::unexpected(std::move(organization.error()));
  Result<std::string> fields = catalog::changed_options(*organization, options);
  if (!fields) return std::unexpected(std::move(fields.error()));
  const bool differs = *fields != organization->options_json;
  if (differs) {
    connection.run("UPDATE organizations SET options = ?2 WHERE name = ?1", name, *fields);
    organization->options_json = *std::move(fields);
  }
  return Changed{std::move(*organization), differs};
}

Result<std::vector<catalog::SigningKey>> signing_keys(Connection& connection, std::string_view name) {
  Query row = connection.query(
      "SELECT k.key, k.created FROM organizations o LEFT JOIN signing_keys k ON k.organization = o.id "
      "WHERE o.name = ?1 ORDER BY k.id",
      name);
  if (!row.step()) return catalog::no_such_organization(name);
  std::vector<catalog::SigningKey> keys;
  do {
    if (!row.view(0).empty()) keys.push_back({.key = row.text(0), .created = row.time(1)});
  } while (row.step());
  return keys;
}

void add_missing_signing_keys(Connection& connection) {
  std::vector<std::int64_t> without;
  {
    Query row = connection.query(
        "SELECT id FROM organizations WHERE id NOT IN (SELECT organization FROM signing_keys)");
    while (row.step())
      without.push_back(row.integer(0));
  }
  for (const std::int64_t organization : without)
    add_signing_key(connection, organization);
}

Result<std::int64_t> row_id(Connection& connection, std::string_view name) {
  Query row = connection.query("SELECT id FROM organizations WHERE name = ?1", name);
  if (!row.step()) return catalog::no_such_organization(name);
  return row.integer(0);
}

}  // namespace organizations

namespace users {
namespace {

Result<UserRow> find_or_create(Connection& connection, std::string_view email) {
  connection.run(
      "INSERT INTO users (uuid, email, created) VALUES (?1, ?2, ?3) ON CONFLICT (email) DO NOTHING",
      std::string_view(random_uuid()), email, now());
  return find(connection, email);
}

}  // namespace

Result<catalog::User> create(Connection& connection, std::string_view email, std::string_view organization,
                             const std::vector<catalog::Role>& roles, std::string_view api_key_sha256) {
  if (auto allowed = catalog::may_be_roles(roles); !allowed) return std::unexpected(allowed.error());
  const Result<std::int64_t> organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());

  auto row = find_or_create(connection, email);
  if (!row) return std::unexpected(std::move(row.error()));
  for (const catalog::Role role : roles) {
    connection.run("INSERT INTO roles (user, organization, role) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                   row->id, *organization_row, catalog::name_of(role));
  }
  if (auto given = give_key(connection, row->id, api_key_sha256, {}); !given)
    return std::unexpected(given.error());
  return std::move(row->user);
}

}  // namespace users

}  // namespace rucola::storage
