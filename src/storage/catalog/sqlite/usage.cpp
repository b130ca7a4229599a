#include "storage/catalog/sqlite/usage.h"

#include <algorithm>

#include "base/time.h"
#include "storage/catalog/sqlite/organizations_and_users.h"
#include "storage/catalog/sqlite/snapshot.h"

namespace rucola::storage::usage {
namespace {

using catalog::Day;

/// As the rows have it: the days since 1970.
std::int64_t number_of(Day day) {
  return day.time_since_epoch().count();
}

Day day_of(const Query& row, int column) {
  return Day{std::chrono::days{row.integer(column)}};
}

}  // namespace

void add_traffic(Connection& connection, const std::vector<catalog::NewTraffic>& traffic) {
  for (const auto& [organization, of_day] : traffic) {
    connection.run(
        "INSERT INTO traffic_days (organization, day, downloads, bytes, original_bytes) "
        "SELECT id, ?2, ?3, ?4, ?5 FROM organizations WHERE name = ?1 "
        "ON CONFLICT DO UPDATE SET downloads = downloads + excluded.downloads, "
        "bytes = bytes + excluded.bytes, original_bytes = original_bytes + excluded.original_bytes",
        organization, number_of(of_day.day), of_day.downloads, of_day.bytes, of_day.original_bytes);
  }
}

Result<catalog::UsageByDay> by_day(Connection& connection, std::string_view organization,
                                   const catalog::Days& days) {
  const Snapshot snapshot(connection);
  const auto owner = organizations::row_id(connection, organization);
  if (!owner) return std::unexpected(owner.error());
  const catalog::Days known{days.first, std::min(days.last, std::chrono::floor<std::chrono::days>(now()))};
  std::vector<catalog::StorageOfDay> changes;
  Query storage = connection.query(
      "SELECT day, images, bytes FROM storage_days WHERE organization = ?1 AND day <= ?3 AND day >= "
      "ifnull((SELECT max(day) FROM storage_days WHERE organization = ?1 AND day <= ?2), ?2) ORDER BY day",
      *owner, number_of(known.first), number_of(known.last));
  while (storage.step()) {
    changes.push_back({.day = day_of(storage, 0), .images = storage.integer(1), .bytes = storage.integer(2)});
  }
  catalog::UsageByDay usage{.storage = catalog::each_day(changes, known), .traffic = {}};
  Query traffic = connection.query(
      "SELECT day, downloads, bytes, original_bytes FROM traffic_days "
      "WHERE organization = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day",
      *owner, number_of(known.first), number_of(known.last));
  while (traffic.step()) {
    usage.traffic.push_back({.day = day_of(traffic, 0),
                             .downloads = traffic.integer(1),
                             .bytes = traffic.integer(2),
                             .original_bytes = traffic.integer(3)});
  }
  return usage;
}

}  // namespace rucola::storage::usage
