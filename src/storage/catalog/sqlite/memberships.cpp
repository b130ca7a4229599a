#include "storage/catalog/sqlite/memberships.h"

#include "catalog/user_rules.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage::users {
namespace {

struct MemberRow {
  std::int64_t user;
  std::int64_t organization;
};

Result<MemberRow> find_member(Connection& connection, std::string_view user, std::string_view organization) {
  const auto organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());
  const auto row = find(connection, user);
  if (!row) return std::unexpected(row.error());
  return MemberRow{row->id, *organization_row};
}

/// True where there was a membership.
bool forget(Connection& connection, const MemberRow& member) {
  connection.run(
      "DELETE FROM key_roles WHERE organization = ?2 AND key IN (SELECT sha256 FROM api_keys WHERE user = "
      "?1)",
      member.user, member.organization);
  connection.run("DELETE FROM roles WHERE user = ?1 AND organization = ?2", member.user, member.organization);
  return connection.changes() > 0;
}

}  // namespace

Result<UserRow> find(Connection& connection, std::string_view user) {
  Query row =
      connection.query("SELECT id, uuid, email, created FROM users WHERE email = ?1 OR uuid = ?1", user);
  if (!row.step()) return catalog::no_such_user(user);
  return UserRow{row.integer(0), {.id = row.text(1), .email = row.text(2), .created = row.time(3)}};
}

Result<void> set_membership(Connection& connection, std::string_view user, std::string_view organization,
                            const std::vector<catalog::Role>& roles) {
  if (auto allowed = catalog::may_be_roles(roles); !allowed) return allowed;
  const auto member = find_member(connection, user, organization);
  if (!member) return std::unexpected(member.error());
  forget(connection, *member);
  for (const catalog::Role role : roles) {
    connection.run("INSERT INTO roles (user, organization, role) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                   member->user, member->organization, catalog::name_of(role));
  }
  connection.run(
      "INSERT INTO key_roles (key, organization, role) SELECT k.sha256, r.organization, r.role "
      "FROM api_keys k JOIN roles r ON r.user = k.user WHERE k.user = ?1 AND r.organization = ?2",
      member->user, member->organization);
  return {};
}

Result<void> remove_membership(Connection& connection, std::string_view user, std::string_view organization) {
  const auto member = find_member(connection, user, organization);
  if (!member) return std::unexpected(member.error());
  if (!forget(connection, *member)) return catalog::no_such_member(user, organization);
  return {};
}

}  // namespace rucola::storage::users
