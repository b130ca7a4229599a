#include "storage/catalog/sqlite/aliases.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "storage/catalog/sqlite/images.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage::aliases {
namespace {

using catalog::Alias;
using catalog::Precondition;

std::unexpected<Error> no_such_alias(std::string_view organization, std::string_view name) {
  return fail(ErrorCode::not_found, "There is no alias \"" + std::string(name) + "\" in the organization \"" +
                                        std::string(organization) + "\".");
}

struct Row {
  Alias alias;
  bool deleted;
};

/// The row, deleted or not.
std::optional<Row> look_up(Connection& connection, std::string_view organization, std::string_view name) {
  Query row = connection.query(
      "SELECT hash, created, updated, version, deleted IS NOT NULL FROM aliases "
      "WHERE organization = (SELECT id FROM organizations WHERE name = ?1) AND name = ?2",
      organization, name);
  if (!row.step()) return std::nullopt;
  return Row{.alias = {.organization = std::string(organization),
                       .name = std::string(name),
                       .hash = row.text(0),
                       .created = row.time(1),
                       .updated = row.time(2),
                       .version = row.integer(3)},
             .deleted = row.boolean(4)};
}

Result<void> require(const Precondition& precondition, const Alias* living) {
  const auto failed = [](std::string message) {
    return fail(ErrorCode::precondition_failed, std::move(message));
  };
  if (precondition.must_not_exist && living != nullptr) {
    return failed("If-None-Match: * wants a new alias, but there is one of that name already.");
  }
  if (living == nullptr) {
    if (!precondition.must_exist && !precondition.match_any_of) return {};
    return failed("If-Match wants an alias that exists, but there is none of that name.");
  }
  if (precondition.match_any_of &&
      std::ranges::find(*precondition.match_any_of, living->version) == precondition.match_any_of->end()) {
    return failed("The alias has moved meanwhile: its ETag is " + catalog::etag_of(*living) +
                  " now, and If-Match names another. Read it again, then decide.");
  }
  return {};
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

}  // namespace

Result<catalog::PutAlias> put(Connection& connection, std::string_view organization, std::string_view name,
                              std::string_view hash_or_prefix, catalog::Overwrite overwrite,
                              const Precondition& precondition) {
  const Result<std::int64_t> organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());

  std::optional<Row> before = look_up(connection, organization, name);
  const bool exists = before && !before->deleted;
  if (auto met = require(precondition, exists ? &before->alias : nullptr); !met)
    return std::unexpected(met.error());
  if (exists && overwrite == catalog::Overwrite::no) {
    return fail(ErrorCode::conflict, "There is an alias \"" + std::string(name) +
                                         "\" already; add ?overwrite=true to the URL to move it.");
  }
  Result<std::string> hash = images::full_hash(connection, organization, hash_or_prefix);
  if (!hash) return std::unexpected(hash.error());
  if (exists && before->alias.hash == *hash) return catalog::PutAlias{std::move(before->alias), false};

  const Time at = now();
  Alias alias{.organization = std::string(organization),
              .name = std::string(name),
              .hash = std::move(*hash),
              .created = before ? before->alias.created : at,
              .updated = at,
              .version = before ? before->alias.version + 1 : 1};
  write(connection, *organization_row, alias);
  return catalog::PutAlias{.alias = std::move(alias), .created = !exists};
}

Result<Alias> find(Connection& connection, std::string_view organization, std::string_view name) {
  std::optional<Row> row = look_up(connection, organization, name);
  if (!row || row->deleted) return no_such_alias(organization, name);
  return std::move(row->alias);
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
  const Result<Alias> alias = find(connection, organization, name);
  if (!alias) return std::unexpected(alias.error());
  if (auto met = require(precondition, &*alias); !met) return met;
  connection.run(
      "UPDATE aliases SET deleted = ?3 "
      "WHERE organization = (SELECT id FROM organizations WHERE name = ?1) AND name = ?2",
      organization, name, now());
  return {};
}

bool ever_existed(Connection& connection, std::string_view organization, std::string_view name) {
  return look_up(connection, organization, name).has_value();
}

}  // namespace rucola::storage::aliases
