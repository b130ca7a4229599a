#include "storage/catalog/sqlite/purges.h"

#include <string>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

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

std::vector<std::string> from_json(std::string_view text) {
  std::vector<std::string> tags;
  const boost::json::value parsed = boost::json::parse({text.data(), text.size()});
  for (const boost::json::value& tag : parsed.as_array()) {
    tags.emplace_back(tag.as_string());
  }
  return tags;
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
                          .tags = from_json(row.view(2)),
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

void confirm(Connection& connection, std::int64_t id, Time at, std::optional<std::int64_t> objects) {
  connection.run(
      "UPDATE purge_deliveries SET confirmed = ?2, objects = ?3 WHERE id = ?1 AND confirmed IS NULL", id, at,
      objects);
}

void retry(Connection& connection, std::int64_t id, Time due, std::string_view error) {
  connection.run(
      "UPDATE purge_deliveries SET attempts = attempts + 1, due = ?2, last_error = ?3 "
      "WHERE id = ?1 AND confirmed IS NULL",
      id, due, error);
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
