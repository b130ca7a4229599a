#include "storage/catalog/sqlite/members.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/hashing.h"
#include "catalog/user_rules.h"
#include "storage/catalog/sqlite/api_keys.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage {

namespace users {
namespace {

void let_no_key_in(Connection& connection, std::int64_t user, std::int64_t organization) {
  connection.run(
      "DELETE FROM key_roles WHERE organization = ?2 AND key IN (SELECT sha256 FROM api_keys WHERE user = "
      "?1)",
      user, organization);
}

/// True where there was a membership. Its row stays.
bool forget_roles(Connection& connection, std::int64_t user, std::int64_t organization) {
  let_no_key_in(connection, user, organization);
  connection.run("DELETE FROM roles WHERE user = ?1 AND organization = ?2", user, organization);
  return connection.changes() > 0;
}

/// To the user alone: which of its keys are let in is another matter.
void add_roles(Connection& connection, std::int64_t user, std::int64_t organization,
               const std::vector<catalog::Role>& roles) {
  for (const catalog::Role role : roles) {
    connection.run("INSERT INTO roles (user, organization, role) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                   user, organization, catalog::name_of(role));
  }
}

/// These and no others, for the user alone. What stays is left alone: the history tells of the rest.
void set_roles(Connection& connection, std::int64_t user, std::int64_t organization,
               const std::vector<catalog::Role>& roles) {
  std::vector<std::string> unwanted;
  {
    Query row =
        connection.query("SELECT role FROM roles WHERE user = ?1 AND organization = ?2", user, organization);
    while (row.step()) {
      const auto role = catalog::parse_role(row.view(0));
      if (!role || std::ranges::find(roles, *role) == roles.end()) unwanted.push_back(row.text(0));
    }
  }
  for (const std::string& role : unwanted) {
    connection.run("DELETE FROM roles WHERE user = ?1 AND organization = ?2 AND role = ?3", user,
                   organization, std::string_view(role));
  }
  add_roles(connection, user, organization, roles);
}

/// To the user and all of its keys.
void give_roles(Connection& connection, std::int64_t user, std::int64_t organization,
                const std::vector<catalog::Role>& roles) {
  add_roles(connection, user, organization, roles);
  connection.run(
      "INSERT INTO key_roles (key, organization, role) SELECT k.sha256, r.organization, r.role "
      "FROM api_keys k JOIN roles r ON r.user = k.user WHERE k.user = ?1 AND r.organization = ?2 "
      "ON CONFLICT DO NOTHING",
      user, organization);
}

/// One of the user's keys, into all that the user has there.
void let_in(Connection& connection, std::int64_t user, std::int64_t organization, std::string_view key) {
  connection.run(
      "INSERT INTO key_roles (key, organization, role) SELECT ?3, organization, role FROM roles "
      "WHERE user = ?1 AND organization = ?2 ON CONFLICT DO NOTHING",
      user, organization, key);
}

void forget_membership(Connection& connection, std::int64_t user, std::int64_t organization) {
  connection.run("DELETE FROM memberships WHERE user = ?1 AND organization = ?2", user, organization);
}

}  // namespace

Result<UserRow> find(Connection& connection, std::string_view user) {
  // An address has an '@', an id has none; so nobody is taken for another who has his id for an address.
  Query row = user.contains('@')
                  ? connection.query("SELECT id, uuid, email, created FROM users WHERE email = ?1", user)
                  : connection.query("SELECT id, uuid, email, created FROM users WHERE uuid = ?1", user);
  if (!row.step()) return catalog::no_such_user(user);
  return UserRow{row.integer(0), {.id = row.text(1), .email = row.text(2), .created = row.time(3)}};
}

Result<void> set_membership(Connection& connection, std::string_view user, std::string_view organization,
                            const std::vector<catalog::Role>& roles) {
  if (auto allowed = catalog::may_be_roles(roles); !allowed) return allowed;
  const auto organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());
  const auto row = find(connection, user);
  if (!row) return std::unexpected(row.error());
  let_no_key_in(connection, row->id, *organization_row);
  set_roles(connection, row->id, *organization_row, roles);
  give_roles(connection, row->id, *organization_row, roles);
  connection.run("UPDATE memberships SET active = 1, by_id = 0 WHERE user = ?1 AND organization = ?2",
                 row->id, *organization_row);
  return {};
}

Result<void> remove_membership(Connection& connection, std::string_view user, std::string_view organization) {
  const auto organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());
  const auto row = find(connection, user);
  if (!row) return std::unexpected(row.error());
  const bool was_member = forget_roles(connection, row->id, *organization_row);
  forget_membership(connection, row->id, *organization_row);
  if (!was_member) return catalog::no_such_member(user, organization);
  return {};
}

std::size_t count_administered(Connection& connection, std::int64_t user) {
  Query row = connection.query(
      "SELECT count(*) FROM roles r JOIN memberships m ON (m.user, m.organization) = (r.user, "
      "r.organization) WHERE r.user = ?1 AND r.role = 'admin' AND NOT m.by_id",
      user);
  return row.step() ? static_cast<std::size_t>(row.integer(0)) : 0;
}

Result<void> add_founder(Connection& connection, std::int64_t user, std::string_view organization,
                         const std::vector<std::string>& keys) {
  const auto organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());
  add_roles(connection, user, *organization_row, {catalog::Role::admin});
  for (const std::string& key : keys)
    let_in(connection, user, *organization_row, key);
  return {};
}

}  // namespace users

namespace members {
namespace {

using catalog::Member;
using catalog::Role;

bool is_active_admin(const Member& member) {
  return member.active && std::ranges::find(member.roles, Role::admin) != member.roles.end();
}

std::vector<Role> roles_in(Connection& connection, std::int64_t user, std::int64_t organization,
                           const std::string& user_id) {
  Query row = connection.query(
      "SELECT o.name, r.role FROM roles r JOIN organizations o ON o.id = r.organization "
      "WHERE r.user = ?1 AND r.organization = ?2",
      user, organization);
  std::vector<catalog::RoleRow> rows;
  while (row.step())
    rows.push_back({.organization = row.text(0), .role = row.text(1)});
  auto memberships = catalog::memberships_of(user_id, rows);
  return memberships.empty() ? std::vector<Role>{} : std::move(memberships.front().roles);
}

/// Those of an organization, of a user, or the one of both.
std::vector<Member> read(Connection& connection, std::optional<std::int64_t> organization,
                         std::optional<std::int64_t> user) {
  struct Keys {
    std::int64_t user;
    std::int64_t organization;
  };
  std::vector<Member> found;
  std::vector<Keys> keys;
  Query row = connection.query(
      "SELECT u.id, o.id, u.uuid, u.email, u.created, o.uuid, o.name, o.display_name, o.billing_email, "
      "o.created, o.options, m.active, m.comment, m.created, m.last_access, m.by_id FROM memberships m "
      "JOIN users u ON u.id = m.user JOIN organizations o ON o.id = m.organization "
      "WHERE m.organization = coalesce(?1, m.organization) AND m.user = coalesce(?2, m.user) "
      "ORDER BY iif(?1 IS NULL, o.name, ''), u.id",
      organization, user);
  while (row.step()) {
    keys.push_back({row.integer(0), row.integer(1)});
    found.push_back({.user = {.id = row.text(2), .email = row.text(3), .created = row.time(4)},
                     .organization = {.id = row.text(5),
                                      .name = row.text(6),
                                      .display_name = row.text(7),
                                      .billing_email = row.text(8),
                                      .created = row.time(9),
                                      .options_json = row.text(10)},
                     .roles = {},
                     .active = row.boolean(11),
                     .comment = row.text(12),
                     .created = row.optional_time(13),
                     .last_access = row.optional_time(14),
                     .by_id = row.boolean(15)});
  }
  for (std::size_t i = 0; i < found.size(); ++i)
    found[i].roles = roles_in(connection, keys[i].user, keys[i].organization, found[i].user.id);
  return found;
}

std::optional<Member> read_one(Connection& connection, std::int64_t organization, std::int64_t user) {
  std::vector<Member> found = read(connection, organization, user);
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

bool has_other_active_admins(Connection& connection, std::int64_t organization, std::int64_t user) {
  return connection
      .query(
          "SELECT 1 FROM roles r JOIN memberships m ON (m.user, m.organization) = (r.user, r.organization) "
          "WHERE r.organization = ?1 AND r.role = 'admin' AND m.active AND r.user <> ?2 LIMIT 1",
          organization, user)
      .step();
}

struct Rows {
  std::int64_t organization;
  std::int64_t user;
};

Result<Rows> rows_of(Connection& connection, std::string_view organization, std::string_view user_id) {
  const auto organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());
  const auto user = users::find(connection, user_id);
  if (!user) return std::unexpected(user.error());
  return Rows{*organization_row, user->id};
}

bool same_roles(const Member& before, const catalog::MemberTerms& terms) {
  std::vector<Role> roles = terms.roles;
  std::vector<Role> had = before.roles;
  std::ranges::sort(roles);
  std::ranges::sort(had);
  roles.erase(std::ranges::unique(roles).begin(), roles.end());
  return roles == had;
}

bool same(const Member& before, const catalog::MemberTerms& terms) {
  return same_roles(before, terms) && terms.active.value_or(before.active) == before.active &&
         terms.comment.value_or(before.comment) == before.comment;
}

/// Those that were let into all of the membership: where there was none, all of the user's.
std::vector<std::string> keys_let_into_all(Connection& connection, const Rows& rows) {
  Query row = connection.query(
      "SELECT k.sha256 FROM api_keys k WHERE k.user = ?1 AND NOT EXISTS (SELECT 1 FROM roles r "
      "WHERE r.user = ?1 AND r.organization = ?2 AND NOT EXISTS (SELECT 1 FROM key_roles kr "
      "WHERE (kr.key, kr.organization, kr.role) = (k.sha256, r.organization, r.role)))",
      rows.user, rows.organization);
  std::vector<std::string> keys;
  while (row.step())
    keys.push_back(row.text(0));
  return keys;
}

/// Keys that could do less than the membership allowed get nothing new: nobody spoke of them.
void change_roles(Connection& connection, const Rows& rows, const std::vector<Role>& roles) {
  const std::vector<std::string> keys = keys_let_into_all(connection, rows);
  users::set_roles(connection, rows.user, rows.organization, roles);
  connection.run(
      "DELETE FROM key_roles WHERE organization = ?2 AND key IN (SELECT sha256 FROM api_keys WHERE user = "
      "?1) "
      "AND role NOT IN (SELECT role FROM roles WHERE user = ?1 AND organization = ?2)",
      rows.user, rows.organization);
  for (const std::string& key : keys)
    users::let_in(connection, rows.user, rows.organization, key);
}

/// The member as it is then.
Member write(Connection& connection, const Rows& rows, const catalog::MemberTerms& terms, bool roles_differ) {
  if (roles_differ) change_roles(connection, rows, terms.roles);
  connection.run(
      "UPDATE memberships SET active = coalesce(?3, active), comment = coalesce(?4, comment) "
      "WHERE user = ?1 AND organization = ?2",
      rows.user, rows.organization, terms.active ? std::optional<std::int64_t>(*terms.active) : std::nullopt,
      terms.comment ? std::optional<std::string_view>(*terms.comment) : std::nullopt);
  return read_one(connection, rows.organization, rows.user).value_or(Member{});
}

}  // namespace

Result<std::vector<Member>> list(Connection& connection, std::string_view organization) {
  const auto row = organizations::row_id(connection, organization);
  if (!row) return std::unexpected(row.error());
  return read(connection, *row, std::nullopt);
}

Result<std::vector<Member>> of_user(Connection& connection, std::string_view user_id) {
  const auto user = users::find(connection, user_id);
  if (!user) return std::unexpected(user.error());
  return read(connection, std::nullopt, user->id);
}

Result<Member> find(Connection& connection, std::string_view organization, std::string_view user_id) {
  const auto rows = rows_of(connection, organization, user_id);
  if (!rows) return std::unexpected(rows.error());
  auto member = read_one(connection, rows->organization, rows->user);
  if (!member) return catalog::no_such_member(user_id, organization);
  return *std::move(member);
}

Result<catalog::PutMember> put(Connection& connection, std::string_view organization,
                               std::string_view user_id, const catalog::MemberTerms& terms) {
  if (auto allowed = catalog::may_be_roles(terms.roles); !allowed)
    return std::unexpected(std::move(allowed.error()));
  const auto rows = rows_of(connection, organization, user_id);
  if (!rows) return std::unexpected(rows.error());
  auto before = read_one(connection, rows->organization, rows->user);
  if (before && same(*before, terms))
    return catalog::PutMember{*std::move(before), catalog::MemberOutcome::unchanged};
  if (before) {
    const Member wanted{.user = {},
                        .organization = {},
                        .roles = terms.roles,
                        .active = terms.active.value_or(before->active)};
    auto allowed =
        catalog::leaves_an_admin(is_active_admin(*before), is_active_admin(wanted),
                                 has_other_active_admins(connection, rows->organization, rows->user));
    if (!allowed) return std::unexpected(std::move(allowed.error()));
  }
  if (!before) {  // or its roles would make one that is by more than the id
    connection.run("INSERT INTO memberships (user, organization, created, by_id) VALUES (?1, ?2, ?3, 1)",
                   rows->user, rows->organization, now());
  }
  return catalog::PutMember{write(connection, *rows, terms, !before || !same_roles(*before, terms)),
                            before ? catalog::MemberOutcome::changed : catalog::MemberOutcome::created};
}

Result<Member> create(Connection& connection, std::string_view organization,
                      const catalog::MemberTerms& terms, std::string_view api_key_sha256,
                      const catalog::KeyTerms& key) {
  if (auto allowed = catalog::may_be_roles(terms.roles); !allowed)
    return std::unexpected(std::move(allowed.error()));
  const auto organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());
  const std::string id = random_uuid();
  connection.run("INSERT INTO users (uuid, email, created) VALUES (?1, ?2, ?3)", std::string_view(id),
                 std::string_view(catalog::address_of_nobody(id)), now());
  const Rows rows{*organization_row, connection.last_insert_id()};
  // Before the key: what a key is given is written down where its user is a member.
  connection.run("INSERT INTO memberships (user, organization, created) VALUES (?1, ?2, ?3)", rows.user,
                 rows.organization, now());
  if (auto given = users::give_key(connection, rows.user, api_key_sha256, key); !given)
    return std::unexpected(std::move(given.error()));
  return write(connection, rows, terms, true);
}

Result<void> remove(Connection& connection, std::string_view organization, std::string_view user_id) {
  const auto rows = rows_of(connection, organization, user_id);
  if (!rows) return std::unexpected(rows.error());
  const auto member = read_one(connection, rows->organization, rows->user);
  if (!member) return catalog::no_such_member(user_id, organization);
  auto allowed = catalog::leaves_an_admin(
      is_active_admin(*member), false, has_other_active_admins(connection, rows->organization, rows->user));
  if (!allowed) return allowed;
  users::forget_roles(connection, rows->user, rows->organization);
  users::forget_membership(connection, rows->user, rows->organization);
  return {};
}

}  // namespace members

}  // namespace rucola::storage
