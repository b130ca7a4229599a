#include "storage/catalog/sqlite/image_values.h"

#include <set>
#include <string>
#include <utility>

#include "catalog/search_values.h"

namespace rucola::storage::image_values {
namespace {

/// Of texts that are values as a whole, it is counted how many images have each: facets.
bool is_counted(std::string_view key) {
  const auto field = catalog::parse_search_field(key);
  return field && field->kind == catalog::SearchKind::text;
}

std::int64_t field_of(Connection& connection, std::int64_t organization, std::string_view key) {
  if (const auto known = field_row(connection, organization, key)) return *known;
  connection.run("INSERT INTO search_fields (organization, name, counted) VALUES (?1, ?2, ?3)", organization,
                 key, std::int64_t{is_counted(key)});
  return connection.last_insert_id();
}

using Values = std::set<std::pair<std::int64_t, catalog::SearchValue>>;

/// Those that the image has in the index.
Values values_of(Connection& connection, std::int64_t row) {
  Query value = connection.query("SELECT field, value FROM image_values WHERE image = ?1", row);
  Values found;
  while (value.step())
    found.emplace(value.integer(0), value.value(1).value());
  return found;
}

}  // namespace

std::optional<std::int64_t> field_row(Connection& connection, std::int64_t organization,
                                      std::string_view key) {
  Query row = connection.query("SELECT id FROM search_fields WHERE organization = ?1 AND name = ?2",
                               organization, key);
  return row.step() ? std::optional(row.integer(0)) : std::nullopt;
}

void write(Connection& connection, std::int64_t row, const catalog::SourceImage& image) {
  Query owner = connection.query("SELECT organization, deleted IS NOT NULL FROM images WHERE id = ?1", row);
  owner.step();
  const std::int64_t organization = owner.integer(0);
  const std::int64_t deleted = owner.integer(1);
  Values before = values_of(connection, row);
  std::string key;
  std::int64_t field = 0;
  for (const auto& named : catalog::search_values(image)) {
    if (named.key != key) {
      key = named.key;
      field = field_of(connection, organization, key);
    }
    if (before.erase({field, named.value}) == 1) continue;
    connection.run("INSERT INTO image_values (field, deleted, value, image) VALUES (?1, ?2, ?3, ?4)", field,
                   deleted, named.value, row);
  }
  for (const auto& [gone, value] : before) {
    connection.run("DELETE FROM image_values WHERE field = ?1 AND deleted = ?2 AND value = ?3 AND image = ?4",
                   gone, deleted, value, row);
  }
}

}  // namespace rucola::storage::image_values
