#include "storage/catalog/sqlite/expiry.h"

#include <utility>

namespace rucola::storage::expiry {
namespace {

catalog::SeenClock clock_of(Connection& connection) {
  Query row = connection.query("SELECT seen, looked FROM seen_clock");
  if (!row.step()) return {};
  return {.seen = catalog::SeenTime{row.integer(0)}, .looked = row.optional_time(1)};
}

std::vector<std::int64_t> deleted_before(Connection& connection, catalog::SeenTime seen, std::int64_t most) {
  Query row = connection.query("SELECT image FROM deletions WHERE seen < ?1 ORDER BY seen LIMIT ?2",
                               std::int64_t{seen.count()}, most);
  std::vector<std::int64_t> found;
  while (row.step())
    found.push_back(row.integer(0));
  return found;
}

/// False: it lives, or is another one, since somebody changed the table by hand.
bool remove_image(Connection& connection, std::int64_t image) {
  connection.run("DELETE FROM deletions WHERE image = ?1", image);
  std::string blob;
  {
    Query row = connection.query("SELECT blob FROM images WHERE id = ?1 AND deleted IS NOT NULL", image);
    if (!row.step()) return false;
    blob = row.text(0);
  }
  connection.run(
      "INSERT INTO gone_images (organization, hash, file) "
      "SELECT organization, hash, ifnull(sent, blob) FROM images WHERE id = ?1 "
      "ON CONFLICT DO UPDATE SET file = excluded.file",
      image);
  connection.run("DELETE FROM images WHERE id = ?1", image);
  expiry::let_wait(connection, blob);
  return true;
}

struct Preview {
  std::int64_t organization;
  std::string name;
};

std::vector<Preview> previews_put_before(Connection& connection, catalog::SeenTime seen, std::int64_t most) {
  Query row =
      connection.query("SELECT organization, name FROM previews WHERE seen < ?1 ORDER BY seen LIMIT ?2",
                       std::int64_t{seen.count()}, most);
  std::vector<Preview> found;
  while (row.step())
    found.push_back({.organization = row.integer(0), .name = row.text(1)});
  return found;
}

}  // namespace

void keep_preview(Connection& connection, std::int64_t organization, std::string_view name) {
  connection.run(
      "UPDATE previews SET seen = (SELECT seen FROM seen_clock) WHERE organization = ?1 AND name = ?2",
      organization, name);
}

void let_wait(Connection& connection, std::string_view blob) {
  connection.run(
      "INSERT INTO waiting_files (blob, seen) SELECT ?1, seen FROM seen_clock "
      "WHERE NOT EXISTS (SELECT 1 FROM images WHERE blob = ?1) "
      "ON CONFLICT DO UPDATE SET seen = excluded.seen",
      blob);
}

catalog::SeenTime look_at_clock(Connection& connection, Time now) {
  const catalog::SeenClock clock = catalog::look_again(clock_of(connection), now);
  connection.run("UPDATE seen_clock SET seen = ?1, looked = ?2", std::int64_t{clock.seen.count()}, now);
  return clock.seen;
}

catalog::Removed remove_images(Connection& connection, catalog::SeenTime deleted_before_then,
                               std::int64_t most) {
  const std::vector<std::int64_t> images = deleted_before(connection, deleted_before_then, most);
  catalog::Removed removed{.more = std::cmp_equal(images.size(), most)};
  for (const std::int64_t image : images)
    removed.things += remove_image(connection, image) ? 1 : 0;
  return removed;
}

catalog::Removed remove_previews(Connection& connection, catalog::SeenTime put_before, std::int64_t most) {
  const std::vector<Preview> previews = previews_put_before(connection, put_before, most);
  const Time at = now();
  catalog::Removed removed{.more = std::cmp_equal(previews.size(), most)};
  for (const auto& [organization, name] : previews) {
    connection.run("DELETE FROM previews WHERE organization = ?1 AND name = ?2", organization, name);
    connection.run("UPDATE stacks SET deleted = ?3 WHERE organization = ?1 AND name = ?2 AND deleted IS NULL",
                   organization, name, at);
    removed.things += connection.changes();
  }
  return removed;
}

std::vector<std::string> waiting_files(Connection& connection, catalog::SeenTime since_before,
                                       std::string_view after, std::int64_t most) {
  Query row =
      connection.query("SELECT blob FROM waiting_files WHERE seen < ?1 AND blob > ?2 ORDER BY blob LIMIT ?3",
                       std::int64_t{since_before.count()}, after, most);
  std::vector<std::string> found;
  while (row.step())
    found.push_back(row.text(0));
  return found;
}

bool is_wanted(Connection& connection, std::string_view sha256) {
  return connection.query("SELECT 1 FROM images WHERE blob = ?1 LIMIT 1", sha256).step();
}

void wait_no_more(Connection& connection, const std::vector<std::string>& files,
                  catalog::SeenTime since_before) {
  for (const std::string& file : files)
    connection.run("DELETE FROM waiting_files WHERE blob = ?1 AND seen < ?2", file,
                   std::int64_t{since_before.count()});
}

}  // namespace rucola::storage::expiry
