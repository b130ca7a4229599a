#include "storage/catalog/sqlite/purges.h"

#include <string>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/json.h"
#include "catalog/damaged_rows.h"
#include "catalog/purge_quota.h"
#include "storage/catalog/sqlite/history.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage::purges {
namespace {

using catalog::PurgeAdmission;
using catalog::PurgeDelivery;
using catalog::PurgeKind;
using catalog::PurgeRequest;

std::string to_json(const std::vector<std::string>& tags) {
  return boost::json::serialize(boost::json::array(tags.begin(), tags.end()));
}

/// Nothing where the text is no list of texts.
std::optional<std::vector<std::string>> from_json(std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed || !parsed->is_array()) return std::nullopt;
  std::vector<std::string> tags;
  for (const boost::json::value& tag : parsed->get_array()) {
    if (!tag.is_string()) return std::nullopt;
    tags.emplace_back(tag.get_string());
  }
  return tags;
}

std::vector<std::string> tags_of(std::int64_t delivery, std::string_view organization,
                                 std::string_view stored) {
  if (auto tags = from_json(stored)) return *std::move(tags);
  catalog::report_damaged_row("purge_deliveries", std::to_string(delivery),
                              "Its tags can't be read; all of its organization is purged instead.");
  return {catalog::organization_tag(organization)};
}

/// Only the log speaks of it; what is purged, the tags say.
std::optional<PurgeKind> kind_of(std::int64_t delivery, std::string_view stored) {
  const std::optional<PurgeKind> kind = catalog::parse_purge_kind(stored);
  if (!kind) {
    catalog::report_damaged_row("purge_deliveries", std::to_string(delivery),
                                "Its kind is not known; what its tags say is purged.");
  }
  return kind;
}

PurgeAdmission quota_of(Connection& connection, std::int64_t organization, PurgeKind kind, std::int64_t limit,
                        Time at) {
  if (limit == 0) return catalog::purge_quota(limit, 0, std::nullopt);
  const Time oldest{at - catalog::purge_window};
  const Time latest{at + catalog::purge_clocks_differ};
  Query used = connection.query(
      "SELECT count(*) FROM purge_calls WHERE organization = ?1 AND kind = ?2 AND at > ?3 AND at <= ?4",
      organization, catalog::name_of(kind), oldest, latest);
  used.step();
  const std::int64_t calls = used.integer(0);
  const auto blocking = catalog::blocking_purge(limit, calls);
  if (!blocking) return catalog::purge_quota(limit, calls, std::nullopt);
  Query row = connection.query(
      "SELECT at FROM purge_calls WHERE organization = ?1 AND kind = ?2 AND at > ?3 AND at <= ?4 ORDER BY at "
      "LIMIT 1 OFFSET ?5",
      organization, catalog::name_of(kind), oldest, latest, *blocking);
  row.step();
  return catalog::purge_quota(limit, calls, row.time(0));
}

/// And what a clock that was ahead has written.
void forget_the_old(Connection& connection, Time at) {
  connection.run("DELETE FROM purge_calls WHERE at <= ?1 OR at > ?2", Time{at - catalog::purge_window},
                 Time{at + catalog::purge_clocks_differ});
  connection.run("DELETE FROM purge_deliveries WHERE confirmed <= ?1 OR confirmed > ?2",
                 Time{at - catalog::confirmed_purges_are_kept},
                 Time{at + catalog::confirmed_purges_are_kept});
}

void add(Connection& connection, PurgeKind kind, const PurgeDelivery& delivery) {
  connection.run(
      "INSERT INTO purge_deliveries (organization, kind, name, cache, tags, round, created, due) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      delivery.organization, catalog::name_of(kind), delivery.name, delivery.cache, to_json(delivery.tags),
      std::int64_t{delivery.round}, delivery.created, delivery.due);
}

}  // namespace

Result<PurgeAdmission> quota(Connection& connection, std::string_view organization, PurgeKind kind,
                             std::int64_t calls_per_hour, Time at) {
  const Result<std::int64_t> row = organizations::row_id(connection, organization);
  if (!row) return std::unexpected(row.error());
  return quota_of(connection, *row, kind, calls_per_hour, at);
}

Result<PurgeAdmission> request(Connection& connection, const PurgeRequest& request, Time at) {
  const Result<std::int64_t> organization = organizations::row_id(connection, request.organization);
  if (!organization) return std::unexpected(organization.error());

  const PurgeAdmission admission =
      quota_of(connection, *organization, request.kind, request.calls_per_hour, at);
  if (!admission.admitted) return admission;
  forget_the_old(connection, at);
  if (admission.limit != 0) {
    connection.run("INSERT INTO purge_calls (organization, kind, at) VALUES (?1, ?2, ?3)", *organization,
                   catalog::name_of(request.kind), at);
  }
  for (const PurgeDelivery& delivery : catalog::deliveries_of(request, at))
    add(connection, request.kind, delivery);
  if (!request.follows) {
    history::record(connection, *organization, catalog::HistoryKind::purge, request.name, "request",
                    catalog::name_of(request.kind));
  }
  return catalog::taken(admission);
}

std::vector<PurgeDelivery> due(Connection& connection, std::string_view cache, Time at, std::int64_t limit) {
  Query row = connection.query(
      "SELECT id, cache, tags, organization, kind, name, round, attempts, created, due FROM purge_deliveries "
      "WHERE confirmed IS NULL AND cache = ?1 AND (due <= ?2 OR due > ?3) ORDER BY due, id LIMIT ?4",
      cache, at, Time{at + catalog::longest_put_off}, limit);
  std::vector<PurgeDelivery> deliveries;
  while (row.step()) {
    deliveries.push_back({.id = row.integer(0),
                          .cache = row.text(1),
                          .tags = tags_of(row.integer(0), row.view(3), row.view(2)),
                          .organization = row.text(3),
                          .kind = kind_of(row.integer(0), row.view(4)),
                          .name = row.text(5),
                          .round = row.integer32(6),
                          .attempts = row.integer32(7),
                          .created = row.time(8),
                          .due = row.time(9)});
  }
  return deliveries;
}

std::optional<Time> next_due(Connection& connection, std::string_view cache) {
  Query row =
      connection.query("SELECT min(due) FROM purge_deliveries WHERE confirmed IS NULL AND cache = ?1", cache);
  row.step();
  return row.optional_time(0);
}

void confirm(Connection& connection, const catalog::ConfirmedPurge& confirmed, Time at) {
  connection.run(
      "UPDATE purge_deliveries SET confirmed = ?2, objects = ?3 WHERE id = ?1 AND confirmed IS NULL",
      confirmed.id, at, confirmed.objects);
}

void put_off(Connection& connection, const catalog::FailedPurge& failed) {
  connection.run(
      "UPDATE purge_deliveries SET attempts = attempts + 1, due = ?2, last_error = ?3 "
      "WHERE id = ?1 AND confirmed IS NULL",
      failed.id, failed.due, failed.error);
}

std::vector<catalog::PendingPurges> pending(Connection& connection) {
  Query row = connection.query(
      "SELECT cache, count(*) FROM purge_deliveries WHERE confirmed IS NULL GROUP BY cache ORDER BY cache");
  std::vector<catalog::PendingPurges> caches;
  while (row.step())
    caches.push_back({.cache = row.text(0), .deliveries = row.integer(1)});
  return caches;
}

}  // namespace rucola::storage::purges
