#include "storage/catalog/sqlite/purges.h"

#include <string>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/json.h"
#include "catalog/damaged_rows.h"
#include "storage/catalog/sqlite/organizations_and_users.h"

namespace rucola::storage::purges {
namespace {

using catalog::PurgeAdmission;
using catalog::PurgeDelivery;
using catalog::PurgeKind;
using catalog::PurgeRequest;

constexpr std::chrono::hours window{1};
constexpr std::chrono::hours confirmed_are_kept{24};

PurgeKind kind_named(std::string_view name) {
  for (const PurgeKind kind : {PurgeKind::stack, PurgeKind::source_image, PurgeKind::organization}) {
    if (catalog::name_of(kind) == name) return kind;
  }
  return PurgeKind::alias;
}

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

/// The quota as it stands at `at`; `remaining` counts the calls that would still be admitted.
PurgeAdmission quota_of(Connection& connection, std::int64_t organization, PurgeKind kind, std::int64_t limit,
                        Time at) {
  if (limit == 0) return {.admitted = true};

  Query used =
      connection.query("SELECT count(*) FROM purge_calls WHERE organization = ?1 AND kind = ?2 AND at > ?3",
                       organization, catalog::name_of(kind), Time{at - window});
  used.step();
  const std::int64_t remaining = limit - used.integer(0);
  if (remaining > 0) return {.admitted = true, .limit = limit, .remaining = remaining};

  // There may be more calls than the limit, where the limit was lowered: enough of them must fall out.
  Query blocking = connection.query(
      "SELECT at FROM purge_calls WHERE organization = ?1 AND kind = ?2 AND at > ?3 ORDER BY at "
      "LIMIT 1 OFFSET ?4",
      organization, catalog::name_of(kind), Time{at - window}, -remaining);
  blocking.step();
  return {.admitted = false, .limit = limit, .remaining = 0, .retry_at = blocking.time(0) + window};
}

void forget_the_old(Connection& connection, Time at) {
  connection.run("DELETE FROM purge_calls WHERE at <= ?1", Time{at - window});
  connection.run("DELETE FROM purge_deliveries WHERE confirmed <= ?1", Time{at - confirmed_are_kept});
}

void add_delivery(Connection& connection, const PurgeRequest& request, const std::string& cache,
                  std::string_view tags, std::int64_t round, Time created, Time due) {
  connection.run(
      "INSERT INTO purge_deliveries (organization, kind, name, cache, tags, round, created, due) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      request.organization, catalog::name_of(request.kind), request.name, cache, tags, round, created, due);
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

  PurgeAdmission answer = quota_of(connection, *organization, request.kind, request.calls_per_hour, at);
  if (!answer.admitted) return answer;
  forget_the_old(connection, at);
  if (request.calls_per_hour != 0) {
    --answer.remaining;
    connection.run("INSERT INTO purge_calls (organization, kind, at) VALUES (?1, ?2, ?3)", *organization,
                   catalog::name_of(request.kind), at);
  }
  const std::string tags = to_json(request.tags);
  for (const std::string& cache : request.caches) {
    add_delivery(connection, request, cache, tags, 1, at, at);
    add_delivery(connection, request, cache, tags, 2, at, at + request.repeat_after);
  }
  return answer;
}

std::vector<PurgeDelivery> due(Connection& connection, std::string_view cache, Time at, std::int64_t limit) {
  Query row = connection.query(
      "SELECT id, cache, tags, organization, kind, name, round, attempts, created, due FROM purge_deliveries "
      "WHERE confirmed IS NULL AND cache = ?1 AND due <= ?2 ORDER BY due, id LIMIT ?3",
      cache, at, limit);
  std::vector<PurgeDelivery> deliveries;
  while (row.step()) {
    deliveries.push_back({.id = row.integer(0),
                          .cache = row.text(1),
                          .tags = tags_of(row.integer(0), row.view(3), row.view(2)),
                          .organization = row.text(3),
                          .kind = kind_named(row.view(4)),
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
