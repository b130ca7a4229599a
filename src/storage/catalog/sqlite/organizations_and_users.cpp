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

Result<catalog::Organization> create(Connection& connection, const catalog::NewOrganization& wanted) {
  if (!wanted.master.empty()) {
    if (const auto master = row_id(connection, wanted.master); !master)
      return std::unexpected(master.error());
  }
  connection.run(
      "INSERT INTO organizations (uuid, name, display_name, billing_email, created, master) "
      "VALUES (?1, ?2, ?3, ?4, ?5, (SELECT id FROM organizations WHERE name = ?6)) "
      "ON CONFLICT (name) DO NOTHING",
      std::string_view(random_uuid()), std::string_view(wanted.name), std::string_view(wanted.display_name),
      std::string_view(wanted.billing_email), now(), std::string_view(wanted.master));
  if (connection.changes() == 0) return catalog::organization_exists(wanted.name);
  add_signing_key(connection, connection.last_insert_id());
  return find(connection, wanted.name);
}

Result<catalog::Organization> create_for(Connection& connection, std::string_view user_id,
                                         std::string_view key_id, const catalog::NewOrganization& wanted) {
  const auto user = users::find(connection, user_id);
  if (!user) return std::unexpected(user.error());
  if (auto allowed = catalog::may_found_another(users::count_administered(connection, user->id)); !allowed)
    return std::unexpected(std::move(allowed.error()));
  auto made = create(connection, wanted);
  if (!made) return made;
  if (auto founded = users::add_founder(connection, user->id, wanted.name,
                                        users::keys_that_found(connection, user->id, key_id));
      !founded)
    return std::unexpected(std::move(founded.error()));
  return made;
}

Result<catalog::Organization> find(Connection& connection, std::string_view name) {
  Query row = connection.query(
      "SELECT o.uuid, o.name, o.display_name, o.billing_email, o.created, o.options, ifnull(m.name, '') "
      "FROM organizations o LEFT JOIN organizations m ON m.id = o.master WHERE o.name = ?1",
      name);
  if (!row.step()) return catalog::no_such_organization(name);
  return catalog::Organization{.id = row.text(0),
                               .name = row.text(1),
                               .display_name = row.text(2),
                               .billing_email = row.text(3),
                               .created = row.time(4),
                               .options_json = row.text(5),
                               .master = row.text(6)};
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

Result<std::vector<std::string>> parts_of(Connection& connection, std::string_view master) {
  const auto whole = row_id(connection, master);
  if (!whole) return std::unexpected(whole.error());
  Query row = connection.query("SELECT name FROM organizations WHERE master = ?1 ORDER BY name", *whole);
  std::vector<std::string> names;
  while (row.step())
    names.push_back(row.text(0));
  return names;
}

Result<std::int64_t> row_id(Connection& connection, std::string_view name) {
  Query row = connection.query("SELECT id FROM organizations WHERE name = ?1", name);
  if (!row.step()) return catalog::no_such_organization(name);
  return row.integer(0);
}

}  // namespace organizations

namespace users {
namespace {

bool has_inactive_membership(Connection& connection, std::int64_t user, std::int64_t organization) {
  return connection
      .query("SELECT 1 FROM memberships WHERE user = ?1 AND organization = ?2 AND NOT active", user,
             organization)
      .step();
}

/// The organizations of which nobody else is an active admin.
std::vector<std::string> administered_alone(Connection& connection, std::int64_t user) {
  Query row = connection.query(
      "WITH admins AS (SELECT r.user, r.organization FROM roles r "
      "JOIN memberships m ON (m.user, m.organization) = (r.user, r.organization) "
      "WHERE r.role = 'admin' AND m.active) "
      "SELECT o.name FROM organizations o JOIN admins a ON a.organization = o.id WHERE a.user = ?1 "
      "AND NOT EXISTS (SELECT 1 FROM admins b WHERE b.organization = o.id AND b.user <> ?1) ORDER BY o.name",
      user);
  std::vector<std::string> names;
  while (row.step())
    names.push_back(row.text(0));
  return names;
}

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
  const bool is_active = !has_inactive_membership(connection, row->id, *organization_row);
  if (auto allowed = catalog::may_get_key_for(email, organization, is_active); !allowed)
    return std::unexpected(std::move(allowed.error()));
  for (const catalog::Role role : roles) {
    connection.run("INSERT INTO roles (user, organization, role) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                   row->id, *organization_row, catalog::name_of(role));
  }
  connection.run("UPDATE memberships SET by_id = 0 WHERE user = ?1 AND organization = ?2", row->id,
                 *organization_row);
  if (auto given = give_key(connection, row->id, api_key_sha256, {}); !given)
    return std::unexpected(given.error());
  return std::move(row->user);
}

Result<catalog::User> sign_up(Connection& connection, std::string_view email, std::string_view api_key_sha256,
                              const std::optional<catalog::NewOrganization>& organization) {
  if (find(connection, email)) return catalog::email_in_use(email);
  auto row = find_or_create(connection, email);
  if (!row) return std::unexpected(std::move(row.error()));
  if (organization) {
    if (const auto made = organizations::create_for(connection, row->user.id, api_key_sha256, *organization);
        !made)
      return std::unexpected(made.error());
  }
  if (auto given = give_key(connection, row->id, api_key_sha256, {}); !given)
    return std::unexpected(std::move(given.error()));
  return std::move(row->user);
}

std::vector<catalog::User> list(Connection& connection) {
  Query row = connection.query("SELECT uuid, email, created FROM users ORDER BY id");
  std::vector<catalog::User> users;
  while (row.step())
    users.push_back({.id = row.text(0), .email = row.text(1), .created = row.time(2)});
  return users;
}

Result<void> remove(Connection& connection, std::string_view user, catalog::LastAdmin last_admin) {
  const auto row = find(connection, user);
  if (!row) return std::unexpected(row.error());
  if (last_admin == catalog::LastAdmin::stays) {
    if (auto allowed = catalog::leaves_admins(row->user.email, administered_alone(connection, row->id));
        !allowed)
      return allowed;
  }
  connection.run("DELETE FROM api_keys WHERE user = ?1", row->id);  // key_roles follow
  connection.run("DELETE FROM roles WHERE user = ?1", row->id);
  connection.run("DELETE FROM memberships WHERE user = ?1", row->id);
  connection.run("DELETE FROM users WHERE id = ?1", row->id);
  return {};
}

}  // namespace users

}  // namespace rucola::storage
