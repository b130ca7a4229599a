#include "storage/catalog/sqlite/stacks.h"

#include <string>

#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage::stacks {
namespace {

using catalog::Stack;

std::unexpected<Error> no_such_stack(std::string_view organization, std::string_view name) {
  return fail(ErrorCode::not_found, "There is no stack \"" + std::string(name) + "\" in the organization \"" +
                                        std::string(organization) + "\".");
}

}  // namespace

Result<catalog::PutStack> put(Connection& connection, std::string_view organization, std::string_view name,
                              std::string_view definition_json, catalog::Overwrite overwrite,
                              const catalog::MayReplace& may_replace) {
  const Result<std::int64_t> organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());

  const Result<Stack> before = find(connection, organization, name);
  if (before && overwrite == catalog::Overwrite::no) {
    return fail(ErrorCode::conflict, "There is a stack \"" + std::string(name) +
                                         "\" already; add ?overwrite=true to the URL to replace it.");
  }
  if (before && may_replace) {
    if (auto allowed = may_replace(*before); !allowed) return std::unexpected(allowed.error());
  }
  if (before && before->definition_json == definition_json) return catalog::PutStack{*before, false};

  Stack stack{.organization = std::string(organization),
              .name = std::string(name),
              .created = before ? before->created : now(),
              .updated = now(),
              .definition_json = std::string(definition_json)};
  connection.run(
      "INSERT INTO stacks (organization, name, definition, created, updated) VALUES (?1, ?2, ?3, ?4, ?5) "
      "ON CONFLICT DO UPDATE SET definition = excluded.definition, created = excluded.created, "
      "updated = excluded.updated, deleted = NULL",
      *organization_row, name, definition_json, stack.created, stack.updated);
  return catalog::PutStack{.stack = std::move(stack), .created = !before};
}

Result<Stack> find(Connection& connection, std::string_view organization, std::string_view name) {
  Query row = connection.query(
      "SELECT created, updated, definition FROM stacks "
      "WHERE organization = (SELECT id FROM organizations WHERE name = ?1) AND name = ?2 AND deleted IS NULL",
      organization, name);
  if (!row.step()) return no_such_stack(organization, name);
  return Stack{.organization = std::string(organization),
               .name = std::string(name),
               .created = row.time(0),
               .updated = row.time(1),
               .definition_json = row.text(2)};
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
  if (connection.changes() == 0) return no_such_stack(organization, name);
  return {};
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
