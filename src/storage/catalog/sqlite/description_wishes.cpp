#include "storage/catalog/sqlite/description_wishes.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.h"

namespace rucola::storage::description_wishes {
namespace {

/// As rows have them: "de,en".
constexpr char separator = ',';

std::vector<std::string> languages_in(std::string_view text) {
  std::vector<std::string> languages;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    languages.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return languages;
}

}  // namespace

Result<void> add(Connection& connection, const catalog::DescriptionWish& wish, Time at) {
  connection.run(
      "INSERT INTO description_wishes (image, organization, languages, force, due) "
      "SELECT i.id, i.organization, ?3, ?4, ?5 FROM images i JOIN organizations o ON o.id = i.organization "
      "WHERE o.name = ?1 AND i.hash = ?2 AND i.deleted IS NULL "
      "ON CONFLICT (image) DO UPDATE SET languages = excluded.languages, force = excluded.force, "
      "due = excluded.due, attempts = 0",
      wish.organization, wish.hash, std::string_view(joined(wish.languages, ",")),
      std::int64_t{wish.force ? 1 : 0}, at);
  if (connection.changes() > 0) return {};
  return fail(ErrorCode::not_found, "There is no image \"" + wish.hash + "\" to be described any more.");
}

std::vector<catalog::DescriptionWish> due(Connection& connection, Time at, std::int64_t of_each,
                                          std::int64_t limit) {
  Query row = connection.query(
      "SELECT w.id, o.name, i.hash, w.languages, w.force, w.attempts FROM ("
      "  SELECT *, row_number() OVER (PARTITION BY organization ORDER BY due, id) AS place "
      "  FROM description_wishes WHERE due <= ?1"
      ") w JOIN images i ON i.id = w.image JOIN organizations o ON o.id = w.organization "
      "WHERE w.place <= ?2 ORDER BY w.place, w.due, w.id LIMIT ?3",
      at, of_each, limit);
  std::vector<catalog::DescriptionWish> wishes;
  while (row.step()) {
    wishes.push_back({.id = row.integer(0),
                      .organization = row.text(1),
                      .hash = row.text(2),
                      .languages = languages_in(row.view(3)),
                      .force = row.boolean(4),
                      .attempts = row.integer32(5)});
  }
  return wishes;
}

void follow(Connection& connection, std::string_view organization, std::string_view from_hash,
            std::string_view to_hash) {
  connection.run(
      "UPDATE OR IGNORE description_wishes SET image = ("
      "  SELECT i.id FROM images i WHERE i.organization = description_wishes.organization AND i.hash = ?3) "
      "WHERE image = (SELECT i.id FROM images i JOIN organizations o ON o.id = i.organization "
      "               WHERE o.name = ?1 AND i.hash = ?2)",
      organization, from_hash, to_hash);
}

void remove(Connection& connection, std::int64_t id) {
  connection.run("DELETE FROM description_wishes WHERE id = ?1", id);
}

void put_off(Connection& connection, std::int64_t id, Time due) {
  connection.run("UPDATE description_wishes SET attempts = attempts + 1, due = ?2 WHERE id = ?1", id, due);
}

}  // namespace rucola::storage::description_wishes
