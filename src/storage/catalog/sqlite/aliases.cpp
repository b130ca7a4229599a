#include "storage/catalog/sqlite/aliases.h"

#include <optional>
#include <string>
#include <utility>

#include "catalog/alias_rules.h"
#include "storage/catalog/sqlite/history.h"
#include "storage/catalog/sqlite/images.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage::aliases {
namespace {

using catalog::Alias;
using catalog::AliasRow;
using catalog::Precondition;

/// The row, deleted or not.
std::optional<AliasRow> look_up(Connection& connection, std::string_view organization,
                                std::string_view name) {
  Query row = connection.query(
      "SELECT hash, created, updated, version, deleted IS NOT NULL FROM aliases "
      "WHERE organization = (SELECT id FROM organizations WHERE name = ?1) AND name = ?2",
      organization, name);
  if (!row.step()) return std::nullopt;
  return AliasRow{.alias = {.organization = std::string(organization),
                            .name = std::string(name),
                            .hash = row.text(0),
                            .created = row.time(1),
                            .updated = row.time(2),
                            .version = row.integer(3)},
                  .deleted = row.boolean(4)};
}

void write(Connection& connection, std::int64_t organization, const Alias& alias) {
  connection.run(
      "INSERT INTO aliases (organization, name, hash, version, created, updated) VALUES (?1, ?2, ?3, ?4, ?5, "
      "?6) "
      "ON CONFLICT DO UPDATE SET hash = excluded.hash, version = excluded.version, updated = "
      "excluded.updated, "
      "deleted = NULL",
      organization, alias.name, alias.hash, alias.version, alias.created, alias.updated);
}

void write_deletion(Connection& connection, std::int64_t organization, const Alias& alias, Time at) {
  connection.run("UPDATE aliases SET deleted = ?3 WHERE organization = ?1 AND name = ?2", organization,
                 alias.name, at);
}

}  // namespace

Result<catalog::PutAlias> put(Connection& connection, std::string_view organization, std::string_view name,
                              std::string_view hash_or_prefix, catalog::Overwrite overwrite,
                              const Precondition& precondition) {
  const Result<std::int64_t> organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());

  const std::optional<AliasRow> before = look_up(connection, organization, name);
  if (auto allowed = catalog::may_put_alias(before, name, overwrite, precondition); !allowed)
    return std::unexpected(allowed.error());
  Result<std::string> hash = images::full_hash(connection, organization, hash_or_prefix);
  if (!hash) return std::unexpected(hash.error());
  catalog::MovedAlias after = catalog::put_alias(before, organization, name, *std::move(hash), now());
  if (after.moved) write(connection, *organization_row, after.put.alias);
  return std::move(after.put);
}

Result<Alias> find(Connection& connection, std::string_view organization, std::string_view name) {
  return catalog::living_alias(look_up(connection, organization, name), organization, name);
}

Result<catalog::Page<Alias>> list(Connection& connection, std::string_view organization, std::int64_t limit,
                                  std::int64_t offset) {
  const Result<std::int64_t> organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());

  Query total =
      connection.query("SELECT living_aliases FROM totals WHERE organization = ?1", *organization_row);
  total.step();
  catalog::Page<Alias> page{.total = total.integer(0), .items = {}};
  Query row = connection.query(
      "SELECT name, hash, created, updated, version FROM aliases WHERE organization = ?1 AND deleted IS NULL "
      "ORDER BY name LIMIT ?2 OFFSET ?3",
      *organization_row, limit, offset);
  while (row.step()) {
    page.items.push_back({.organization = std::string(organization),
                          .name = row.text(0),
                          .hash = row.text(1),
                          .created = row.time(2),
                          .updated = row.time(3),
                          .version = row.integer(4)});
  }
  return page;
}

Result<void> remove(Connection& connection, std::string_view organization, std::string_view name,
                    const Precondition& precondition) {
  const Result<Alias> alias =
      catalog::may_delete_alias(look_up(connection, organization, name), organization, name, precondition);
  if (!alias) return std::unexpected(alias.error());
  const Result<std::int64_t> organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());
  write_deletion(connection, *organization_row, *alias, now());
  return {};
}

void follow(Connection& connection, std::string_view organization, std::string_view from,
            std::string_view to) {
  const Result<std::int64_t> organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return;
  std::vector<std::string> names;
  Query row = connection.query(
      "SELECT name FROM aliases WHERE organization = ?1 AND hash = ?2 AND deleted IS NULL ORDER BY name",
      *organization_row, from);
  while (row.step())
    names.push_back(row.text(0));
  for (const std::string& name : names) {
    const catalog::MovedAlias after = catalog::put_alias(look_up(connection, organization, name),
                                                         organization, name, std::string(to), now());
    if (after.moved) write(connection, *organization_row, after.put.alias);
  }
}

Result<std::vector<catalog::AliasVersion>> history(Connection& connection, std::string_view organization,
                                                   std::string_view name) {
  const Result<std::int64_t> organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());
  std::vector<catalog::AliasVersion> versions;
  for (const catalog::HistoryEntry& entry :
       history::of(connection, *organization_row, catalog::HistoryKind::alias, name))
    versions.push_back(catalog::alias_version(entry));
  if (versions.empty() && !ever_existed(connection, organization, name)) {
    return fail(ErrorCode::not_found, "There never was an alias \"" + std::string(name) +
                                          "\" in the organization \"" + std::string(organization) + "\".");
  }
  return versions;
}

bool ever_existed(Connection& connection, std::string_view organization, std::string_view name) {
  return look_up(connection, organization, name).has_value();
}

}  // namespace rucola::storage::aliases
