#include "storage/catalog/sqlite/api_keys.h"

#include <string>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/hashing.h"
#include "base/hex.h"
#include "base/json.h"
#include "catalog/damaged_rows.h"
#include "catalog/user_rules.h"
#include "storage/catalog/sqlite/members.h"

namespace rucola::storage::users {
namespace {

namespace json = boost::json;

constexpr std::size_t token_secret_length = 64;

std::string allowed_ips_json(const std::vector<std::string>& entries) {
  return json::serialize(json::array(entries.begin(), entries.end()));
}

/// Of a row that can't be read nothing is allowed: no address is "damaged".
std::vector<std::string> read_allowed_ips(std::string_view sha256, std::string_view text) {
  const auto list = parse_json(text);
  std::vector<std::string> entries;
  bool readable = list && list->is_array();
  if (readable) {
    for (const json::value& entry : list->get_array()) {
      readable = readable && entry.is_string();
      if (entry.is_string()) entries.emplace_back(entry.get_string());
    }
  }
  if (readable) return entries;
  // As much of it as names a key everywhere (security::api_key_id).
  catalog::report_damaged_row("api_keys", sha256.substr(0, catalog::shortest_key_prefix),
                              "Its allowed_ips can't be read; it is good from nowhere.");
  return {"damaged"};
}

/// What it may do, as far as its user is a member.
std::vector<catalog::Membership> memberships_of(Connection& connection, std::string_view sha256,
                                                const std::string& user_id) {
  Query row = connection.query(
      "SELECT o.name, r.role, m.last_access FROM api_keys k JOIN key_roles kr ON kr.key = k.sha256 "
      "JOIN roles r ON (r.user, r.organization, r.role) = (k.user, kr.organization, kr.role) "
      "JOIN memberships m ON (m.user, m.organization) = (r.user, r.organization) AND m.active "
      "JOIN organizations o ON o.id = r.organization WHERE k.sha256 = ?1 ORDER BY o.name",
      sha256);
  std::vector<catalog::RoleRow> rows;
  while (row.step())
    rows.push_back({.organization = row.text(0), .role = row.text(1), .last_access = row.optional_time(2)});
  return catalog::memberships_of(user_id, rows);
}

/// What was given to nothing but his id counts where there never was anything else, and then what was given
/// first: whoever came later may have the id from a published key.
std::vector<catalog::Role> roles_of(Connection& connection, std::int64_t user) {
  Query row = connection.query(
      "SELECT DISTINCT r.role FROM roles r "
      "JOIN memberships m ON (m.user, m.organization) = (r.user, r.organization) WHERE r.user = ?1 "
      "AND (NOT m.by_id OR ((SELECT been_member FROM users WHERE id = ?1) < 2 AND m.organization = "
      "(SELECT organization FROM memberships WHERE user = ?1 ORDER BY created, organization LIMIT 1)))",
      user);
  std::vector<catalog::Role> roles;
  while (row.step()) {
    if (const auto role = catalog::parse_role(row.view(0))) roles.push_back(*role);
  }
  return roles;
}

Result<catalog::ApiKey> read_key(Connection& connection, std::string_view sha256,
                                 const std::string& user_id) {
  Query row = connection.query(
      "SELECT sha256, created, accessed, comment, trusted, allowed_ips, expires, token_secret "
      "FROM api_keys WHERE sha256 = ?1",
      sha256);
  if (!row.step()) return std::unexpected(catalog::the_key_of({}).error());
  return catalog::ApiKey{.sha256 = row.text(0),
                         .created = row.time(1),
                         .accessed = row.optional_time(2),
                         .terms = {.comment = row.text(3),
                                   .trusted = row.boolean(4),
                                   .allowed_ips = read_allowed_ips(row.view(0), row.view(5)),
                                   .expires = row.optional_time(6)},
                         .token_secret = row.text(7),
                         .memberships = memberships_of(connection, sha256, user_id)};
}

/// Does its user have a role that the key was not let into?
bool is_limited(Connection& connection, std::string_view sha256, std::int64_t user) {
  return connection
      .query(
          "SELECT 1 FROM roles r WHERE r.user = ?2 AND NOT EXISTS (SELECT 1 FROM key_roles k "
          "WHERE (k.key, k.organization, k.role) = (?1, r.organization, r.role)) LIMIT 1",
          sha256, user)
      .step();
}

struct KeyRow {
  std::string sha256;
  std::int64_t user;
};

/// Errors: not_found, conflict.
Result<KeyRow> find_key(Connection& connection, std::string_view sha256_or_prefix,
                        std::optional<std::int64_t> of_user = std::nullopt) {
  std::vector<std::string> found;
  std::int64_t user = 0;
  if (sha256_or_prefix.size() >= catalog::shortest_key_prefix && is_lower_hex(sha256_or_prefix)) {
    // 'g' is behind every hex digit.
    Query row = connection.query(
        "SELECT sha256, user FROM api_keys WHERE sha256 >= ?1 AND sha256 < ?2 AND user = coalesce(?3, user) "
        "LIMIT 2",
        sha256_or_prefix, std::string_view(std::string(sha256_or_prefix) + "g"), of_user);
    while (row.step()) {
      found.push_back(row.text(0));
      user = row.integer(1);
    }
  }
  auto sha256 = catalog::the_key_of(found);
  if (!sha256) return std::unexpected(std::move(sha256.error()));
  return KeyRow{*std::move(sha256), user};
}

void remove(Connection& connection, const KeyRow& key) {
  connection.run("DELETE FROM api_keys WHERE sha256 = ?1", std::string_view(key.sha256));  // key_roles follow
}

std::size_t count_keys(Connection& connection, std::int64_t user) {
  Query row = connection.query("SELECT count(*) FROM api_keys WHERE user = ?1", user);
  return row.step() ? static_cast<std::size_t>(row.integer(0)) : 0;
}

}  // namespace

Result<std::optional<catalog::Principal>> find_by_key(Connection& connection,
                                                      std::string_view sha256_or_prefix) {
  const auto found = find_key(connection, sha256_or_prefix);
  if (!found) return std::nullopt;
  Query row =
      connection.query("SELECT uuid, email, created, been_member > 0 FROM users WHERE id = ?1", found->user);
  if (!row.step()) return std::nullopt;
  catalog::User user{.id = row.text(0), .email = row.text(1), .created = row.time(2)};
  const bool was_member = row.boolean(3);
  auto key = read_key(connection, found->sha256, user.id);
  if (!key) return std::unexpected(std::move(key.error()));
  return catalog::Principal{.user = std::move(user),
                            .key = *std::move(key),
                            .roles_anywhere = roles_of(connection, found->user),
                            .was_member = was_member,
                            .is_limited = is_limited(connection, found->sha256, found->user)};
}

Result<void> give_key(Connection& connection, std::int64_t user, std::string_view api_key_sha256,
                      const catalog::KeyTerms& terms) {
  if (auto allowed = catalog::may_have_another_key(count_keys(connection, user)); !allowed) return allowed;
  connection.run(
      "INSERT INTO api_keys (sha256, user, created, comment, trusted, allowed_ips, expires, token_secret) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
      api_key_sha256, user, now(), std::string_view(terms.comment), std::int64_t{terms.trusted},
      std::string_view(allowed_ips_json(terms.allowed_ips)), terms.expires,
      std::string_view(random_token(token_secret_length)));
  if (connection.changes() == 0) return catalog::api_key_in_use();
  connection.run(
      "INSERT INTO key_roles (key, organization, role) SELECT ?1, organization, role FROM roles WHERE user = "
      "?2",
      api_key_sha256, user);
  return {};
}

std::vector<std::string> keys_that_found(Connection& connection, std::int64_t user, std::string_view key_id) {
  struct Key {
    std::string sha256;
    bool trusted;
  };
  std::vector<Key> all;
  {
    Query row = connection.query("SELECT sha256, trusted FROM api_keys WHERE user = ?1", user);
    while (row.step())
      all.push_back({row.text(0), row.boolean(1)});
  }
  const bool is_public = catalog::is_public(roles_of(connection, user));
  std::vector<std::string> keys;
  for (Key& key : all) {
    const bool manages_keys = (!is_public || key.trusted) && !is_limited(connection, key.sha256, user);
    if (manages_keys || key.sha256.starts_with(key_id)) keys.push_back(std::move(key.sha256));
  }
  return keys;
}

Result<catalog::User> add_key(Connection& connection, std::string_view user, std::string_view api_key_sha256,
                              const catalog::KeyTerms& terms) {
  auto row = find(connection, user);
  if (!row) return std::unexpected(std::move(row.error()));
  if (auto given = give_key(connection, row->id, api_key_sha256, terms); !given)
    return std::unexpected(given.error());
  return std::move(row->user);
}

Result<std::vector<catalog::ApiKey>> keys(Connection& connection, std::string_view user) {
  const auto owner = find(connection, user);
  if (!owner) return std::unexpected(owner.error());
  std::vector<std::string> digests;
  {
    Query row =
        connection.query("SELECT sha256 FROM api_keys WHERE user = ?1 ORDER BY created, sha256", owner->id);
    while (row.step())
      digests.push_back(row.text(0));
  }
  std::vector<catalog::ApiKey> found;
  for (const std::string& sha256 : digests) {
    auto key = read_key(connection, sha256, owner->user.id);
    if (!key) return std::unexpected(std::move(key.error()));
    found.push_back(*std::move(key));
  }
  return found;
}

Result<catalog::ApiKey> change_key(Connection& connection, std::string_view user,
                                   std::string_view sha256_or_prefix, const catalog::KeyChange& change) {
  const auto owner = find(connection, user);
  if (!owner) return std::unexpected(owner.error());
  const auto found = find_key(connection, sha256_or_prefix, owner->id);
  if (!found) return std::unexpected(found.error());
  auto key = read_key(connection, found->sha256, owner->user.id);
  if (!key) return key;
  if (change.trusted) key->terms.trusted = *change.trusted;
  if (change.allowed_ips) key->terms.allowed_ips = *change.allowed_ips;
  if (change.expires) key->terms.expires = *change.expires;
  connection.run("UPDATE api_keys SET trusted = ?2, allowed_ips = ?3, expires = ?4 WHERE sha256 = ?1",
                 std::string_view(key->sha256), std::int64_t{key->terms.trusted},
                 std::string_view(allowed_ips_json(key->terms.allowed_ips)), key->terms.expires);
  return key;
}

Result<void> revoke_key(Connection& connection, std::string_view sha256_or_prefix) {
  const auto key = find_key(connection, sha256_or_prefix);
  if (!key) return std::unexpected(key.error());
  remove(connection, *key);
  return {};
}

Result<void> revoke_key_of(Connection& connection, std::string_view user, std::string_view sha256_or_prefix) {
  const auto owner = find(connection, user);
  if (!owner) return std::unexpected(owner.error());
  const auto key = find_key(connection, sha256_or_prefix, owner->id);
  if (!key) return std::unexpected(key.error());
  remove(connection, *key);
  return {};
}

void note_access(Connection& connection, std::string_view api_key_sha256, std::string_view organization,
                 Time at) {
  if (Query key = connection.query("SELECT accessed FROM api_keys WHERE sha256 = ?1", api_key_sha256);
      key.step() && catalog::is_access_worth_a_note(key.optional_time(0), at))
    connection.run("UPDATE api_keys SET accessed = ?2 WHERE sha256 = ?1", api_key_sha256, at);
  Query member = connection.query(
      "SELECT m.user, m.organization, m.last_access FROM memberships m JOIN api_keys k ON k.user = m.user "
      "JOIN organizations o ON o.id = m.organization WHERE k.sha256 = ?1 AND o.name = ?2",
      api_key_sha256, organization);
  if (!member.step() || !catalog::is_access_worth_a_note(member.optional_time(2), at)) return;
  connection.run("UPDATE memberships SET last_access = ?3 WHERE user = ?1 AND organization = ?2",
                 member.integer(0), member.integer(1), at);
}

void add_missing_token_secrets(Connection& connection) {
  std::vector<std::string> without;
  {
    Query row = connection.query("SELECT sha256 FROM api_keys WHERE token_secret = ''");
    while (row.step())
      without.push_back(row.text(0));
  }
  for (const std::string& sha256 : without) {
    connection.run("UPDATE api_keys SET token_secret = ?2 WHERE sha256 = ?1", std::string_view(sha256),
                   std::string_view(random_token(token_secret_length)));
  }
}

}  // namespace rucola::storage::users
