#include "storage/catalog/sqlite/keys_and_memberships.h"

#include <cstdint>
#include <string>
#include <utility>

#include "base/hex.h"
#include "catalog/user_rules.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage::users {
namespace {

struct UserRow {
  std::int64_t id;
  catalog::User user;
};

Result<UserRow> find(Connection& connection, std::string_view email) {
  Query row = connection.query("SELECT id, uuid, email, created FROM users WHERE email = ?1", email);
  if (!row.step()) return catalog::no_such_user(email);
  return UserRow{row.integer(0), {.id = row.text(1), .email = row.text(2), .created = row.time(3)}};
}

struct MemberRow {
  std::int64_t user;
  std::int64_t organization;
};

Result<MemberRow> find_member(Connection& connection, std::string_view email, std::string_view organization) {
  const auto organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());
  const auto user = find(connection, email);
  if (!user) return std::unexpected(user.error());
  return MemberRow{user->id, *organization_row};
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

Result<catalog::User> add_key(Connection& connection, std::string_view email,
                              std::string_view api_key_sha256) {
  auto user = find(connection, email);
  if (!user) return std::unexpected(std::move(user.error()));
  if (auto given = give_key(connection, user->id, api_key_sha256); !given)
    return std::unexpected(given.error());
  return std::move(user->user);
}

Result<std::vector<catalog::ApiKey>> keys(Connection& connection, std::string_view email) {
  const auto user = find(connection, email);
  if (!user) return std::unexpected(user.error());
  std::vector<catalog::ApiKey> found;
  Query row = connection.query(
      "SELECT sha256, created FROM api_keys WHERE user = ?1 ORDER BY created, sha256", user->id);
  while (row.step())
    found.push_back({.sha256 = row.text(0), .created = row.time(1), .memberships = {}});
  for (catalog::ApiKey& key : found)
    key.memberships = memberships_of_key(connection, key.sha256, user->user.id);
  return found;
}

Result<void> revoke_key(Connection& connection, std::string_view sha256_or_prefix) {
  std::vector<std::string> found;
  if (sha256_or_prefix.size() >= catalog::shortest_key_prefix && is_lower_hex(sha256_or_prefix)) {
    // 'g' is behind every hex digit.
    Query row = connection.query("SELECT sha256 FROM api_keys WHERE sha256 >= ?1 AND sha256 < ?2 LIMIT 2",
                                 sha256_or_prefix, std::string_view(std::string(sha256_or_prefix) + "g"));
    while (row.step())
      found.push_back(row.text(0));
  }
  const auto key = catalog::the_key_of(found);
  if (!key) return std::unexpected(key.error());
  connection.run("DELETE FROM api_keys WHERE sha256 = ?1", std::string_view(*key));  // key_roles follow
  return {};
}

Result<void> set_membership(Connection& connection, std::string_view email, std::string_view organization,
                            const std::vector<catalog::Role>& roles) {
  if (auto allowed = catalog::may_be_roles(roles); !allowed) return allowed;
  const auto member = find_member(connection, email, organization);
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

Result<void> remove_membership(Connection& connection, std::string_view email,
                               std::string_view organization) {
  const auto member = find_member(connection, email, organization);
  if (!member) return std::unexpected(member.error());
  if (!forget(connection, *member)) return catalog::no_such_member(email, organization);
  return {};
}

}  // namespace rucola::storage::users
