#include "storage/catalog/sqlite/stacks.h"

#include <optional>
#include <string>
#include <utility>

#include "catalog/stack_rules.h"
#include "storage/catalog/sqlite/expiry.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage::stacks {
namespace {

using catalog::Stack;

/// Deleted ones are as if they had never been.
std::optional<Stack> look_up(Connection& connection, std::string_view organization, std::string_view name) {
  Query row = connection.query(
      "SELECT created, updated, definition FROM stacks "
      "WHERE organization = (SELECT id FROM organizations WHERE name = ?1) AND name = ?2 AND deleted IS NULL",
      organization, name);
  if (!row.step()) return std::nullopt;
  return Stack{.organization = std::string(organization),
               .name = std::string(name),
               .created = row.time(0),
               .updated = row.time(1),
               .definition_json = row.text(2)};
}

}  // namespace

Result<catalog::PutStack> put(Connection& connection, std::string_view organization, std::string_view name,
                              std::string_view definition_json, catalog::Overwrite overwrite,
                              const catalog::MayReplace& may_replace) {
  const Result<std::int64_t> organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());

  std::optional<Stack> before = look_up(connection, organization, name);
  if (auto allowed = catalog::may_put_stack(before, name, overwrite, may_replace); !allowed)
    return std::unexpected(allowed.error());
  catalog::ReplacedStack after =
      catalog::put_stack(std::move(before), organization, name, definition_json, now());
  if (after.changed) {
    const Stack& stack = after.put.stack;
    connection.run(
        "INSERT INTO stacks (organization, name, definition, created, updated) VALUES (?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT DO UPDATE SET definition = excluded.definition, created = excluded.created, "
        "updated = excluded.updated, deleted = NULL",
        *organization_row, name, definition_json, stack.created, stack.updated);
  } else {
    expiry::keep_preview(connection, *organization_row, name);
  }
  return std::move(after.put);
}

Result<Stack> find(Connection& connection, std::string_view organization, std::string_view name) {
  return catalog::living_stack(look_up(connection, organization, name), organization, name);
}

Result<std::vector<Stack>> list(Connection& connection, std::string_view organization) {
  const Result<std::int64_t> organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());

  Query row = connection.query(
      "SELECT name, created, updated, definition FROM stacks WHERE organization = ?1 AND deleted IS NULL "
      "ORDER BY name",
      *organization_row);
  std::vector<Stack> stacks;
  while (row.step()) {
    stacks.push_back({.organization = std::string(organization),
                      .name = row.text(0),
                      .created = row.time(1),
                      .updated = row.time(2),
                      .definition_json = row.text(3)});
  }
  return stacks;
}

Result<void> remove(Connection& connection, std::string_view organization, std::string_view name) {
  connection.run(
      "UPDATE stacks SET deleted = ?3 "
      "WHERE organization = (SELECT id FROM organizations WHERE name = ?1) AND name = ?2 AND deleted IS NULL",
      organization, name, now());
  if (connection.changes() != 0) return {};
  return std::unexpected(catalog::living_stack(std::nullopt, organization, name).error());
}

bool ever_existed(Connection& connection, std::string_view organization, std::string_view name) {
  return connection
      .query(
          "SELECT 1 FROM stacks "
          "WHERE organization = (SELECT id FROM organizations WHERE name = ?1) AND name = ?2",
          organization, name)
      .step();
}

}  // namespace rucola::storage::stacks
