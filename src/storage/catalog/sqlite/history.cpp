#include "storage/catalog/sqlite/history.h"

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>

#include "catalog/damaged_rows.h"

namespace rucola::storage::history {
namespace {

using catalog::AuditPosition;
using catalog::HistoryEntry;
using catalog::HistoryKind;

constexpr Time last_of_all{std::chrono::milliseconds{std::numeric_limits<std::int64_t>::max()}};
constexpr Time first_of_all{std::chrono::milliseconds{std::numeric_limits<std::int64_t>::min()}};

std::optional<std::string> text_or_nothing(const Query& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.text(column));
}

/// Nothing where somebody else's program wrote it.
std::optional<HistoryEntry> entry_of(const Query& row, HistoryKind kind) {
  const std::optional<Via> via = parse_via(row.view(9));
  if (!via) {
    catalog::report_damaged_row("history", row.text(0), "The way that it came is not known.");
    return std::nullopt;
  }
  return HistoryEntry{.id = row.integer(0),
                      .kind = kind,
                      .name = row.text(1),
                      .version = row.integer(2),
                      .action = row.text(3),
                      .hash = row.text(4),
                      .at = row.time(5),
                      .by = {.user_id = row.text(6),
                             .email = row.text(7),
                             .key_id = row.text(8),
                             .via = *via,
                             .address = row.text(10)},
                      .request = row.text(11),
                      .before = text_or_nothing(row, 12),
                      .after = text_or_nothing(row, 13)};
}

void add_entries(std::vector<HistoryEntry>& entries, Query row, HistoryKind kind) {
  while (row.step()) {
    if (auto entry = entry_of(row, kind)) entries.push_back(*std::move(entry));
  }
}

/// As many of one kind as are wanted of all.
void add_found(Connection& connection, std::vector<HistoryEntry>& entries,
               std::optional<std::int64_t> organization, HistoryKind kind,
               const catalog::AuditSearch& asked) {
  const AuditPosition after =
      asked.after.value_or(AuditPosition{last_of_all, std::numeric_limits<std::int64_t>::max()});
  const Time newest = std::min(asked.until ? *asked.until - Time::duration{1} : last_of_all, after.at);
  const Time oldest = asked.since.value_or(first_of_all);
  const std::optional<std::string_view> by = asked.by;
  if (asked.name) {
    add_entries(entries,
                connection.query(
                    "SELECT id, name, version, action, hash, at, by_user, by_email, by_key, via, address, "
                    "request, before, after FROM history INDEXED BY history_by_thing "
                    "WHERE organization IS ?1 AND kind = ?2 AND name = ?9 AND at <= ?3 AND at >= ?4 "
                    "AND (at, id) < (?5, ?6) "
                    "AND (?7 IS NULL OR by_user = ?7 OR by_email = ?7 COLLATE NOCASE) "
                    "ORDER BY at DESC, id DESC LIMIT ?8",
                    organization, catalog::name_of(kind), newest, oldest, after.at, after.id, by, asked.limit,
                    std::string_view(*asked.name)),
                kind);
    return;
  }
  add_entries(entries,
              connection.query(
                  "SELECT id, name, version, action, hash, at, by_user, by_email, by_key, via, address, "
                  "request, before, after FROM history INDEXED BY history_by_time "
                  "WHERE organization IS ?1 AND kind = ?2 AND at <= ?3 AND at >= ?4 AND (at, id) < (?5, ?6) "
                  "AND (?7 IS NULL OR by_user = ?7 OR by_email = ?7 COLLATE NOCASE) "
                  "ORDER BY at DESC, id DESC LIMIT ?8",
                  organization, catalog::name_of(kind), newest, oldest, after.at, after.id, by, asked.limit),
              kind);
}

bool has_old(Connection& connection, const Old& old) {
  return connection
      .query(
          "SELECT 1 FROM history INDEXED BY history_by_time "
          "WHERE organization IS ?1 AND kind = ?2 AND (at, id) < (?3, ?4) LIMIT 1",
          old.organization, catalog::name_of(old.kind), old.before.at, old.before.id)
      .step();
}

/// The last of so many that may stay; all before it are too many. Nothing: there are not more.
std::optional<AuditPosition> last_to_stay(Connection& connection, std::optional<std::int64_t> organization,
                                          HistoryKind kind, std::int64_t most) {
  Query row = connection.query(
      "SELECT at, id FROM history INDEXED BY history_by_time WHERE organization IS ?1 AND kind = ?2 "
      "ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?3",
      organization, catalog::name_of(kind), most - 1);
  if (!row.step()) return std::nullopt;
  return AuditPosition{.at = row.time(0), .id = row.integer(1)};
}

/// The first of that time.
std::optional<AuditPosition> position_of(std::optional<Time> time) {
  return time ? std::optional(AuditPosition{.at = *time, .id = 0}) : std::nullopt;
}

/// The numbers of the entries say how many there may be in all, without counting them.
bool may_be_too_many(Connection& connection, std::int64_t most) {
  Query row =
      connection.query("SELECT (SELECT max(id) FROM history) - (SELECT min(id) FROM history) >= ?1", most);
  return row.step() && row.boolean(0);
}

/// And none: what is of no organization.
std::vector<std::optional<std::int64_t>> all_organizations(Connection& connection) {
  std::vector<std::optional<std::int64_t>> all{std::nullopt};
  Query row = connection.query("SELECT id FROM organizations");
  while (row.step())
    all.emplace_back(row.integer(0));
  return all;
}

}  // namespace

void begin_changes_of(Connection& connection, const Author* author, std::string_view request) {
  static const Author nobody{.user_id = {}, .email = {}, .key_id = {}, .via = Via::server};
  const Author& by = author != nullptr ? *author : nobody;
  connection.run(
      "UPDATE feed SET by_user = ?1, by_email = ?2, by_key = ?3, via = ?4, address = ?5, request = ?6",
      std::string_view(by.user_id), std::string_view(by.email), std::string_view(by.key_id), name_of(by.via),
      std::string_view(by.address), request);
}

void end_changes(Connection& connection) {
  connection.run(
      "UPDATE feed SET by_user = '', by_email = '', by_key = '', via = NULL, address = '', request = ''");
}

void record(Connection& connection, std::int64_t organization, HistoryKind kind, std::string_view name,
            std::string_view action, std::string_view after) {
  connection.run(
      "INSERT INTO history (organization, kind, name, version, action, at, by_user, by_email, by_key, via, "
      "address, request, after) "
      "SELECT ?1, ?2, ?3, 0, ?4, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), by_user, "
      "by_email, by_key, ifnull(via, 'server'), address, request, ?5 FROM feed",
      organization, catalog::name_of(kind), name, action, after);
}

std::vector<HistoryEntry> of(Connection& connection, std::int64_t organization, HistoryKind kind,
                             std::string_view name) {
  std::vector<HistoryEntry> entries;
  add_entries(entries,
              connection.query(
                  "SELECT id, name, version, action, hash, at, by_user, by_email, by_key, via, address, "
                  "request, before, after FROM history WHERE organization = ?1 AND kind = ?2 AND name = ?3 "
                  "ORDER BY id DESC",
                  organization, catalog::name_of(kind), name),
              kind);
  return entries;
}

/// The newest of each kind; among them are the newest of all.
std::vector<HistoryEntry> list(Connection& connection, std::optional<std::int64_t> organization,
                               const catalog::AuditSearch& asked) {
  std::vector<HistoryEntry> entries;
  for (const HistoryKind kind : catalog::all_history_kinds()) {
    if (!asked.kind || *asked.kind == kind) add_found(connection, entries, organization, kind, asked);
  }
  std::ranges::sort(entries, [](const HistoryEntry& a, const HistoryEntry& b) {
    return std::tie(a.at, a.id) > std::tie(b.at, b.id);
  });
  if (std::cmp_greater(entries.size(), asked.limit)) entries.resize(static_cast<std::size_t>(asked.limit));
  return entries;
}

std::vector<Old> find_old(Connection& connection, const catalog::AuditLimits& limits) {
  std::vector<Old> all;
  const auto most = limits.most && may_be_too_many(connection, *limits.most) ? limits.most : std::nullopt;
  for (const std::optional<std::int64_t> organization : all_organizations(connection)) {
    for (const HistoryKind kind : catalog::all_history_kinds()) {
      auto before = position_of(kind == HistoryKind::alias ? limits.aliases_before : limits.before);
      // An optional that has nothing is less than any position.
      if (most && kind != HistoryKind::alias)
        before = std::max(before, last_to_stay(connection, organization, kind, *most));
      if (!before) continue;
      const Old old{.organization = organization, .kind = kind, .before = *before};
      if (has_old(connection, old)) all.push_back(old);
    }
  }
  return all;
}

std::int64_t forget(Connection& connection, const Old& old) {
  connection.run(
      "DELETE FROM history WHERE id IN (SELECT id FROM history INDEXED BY history_by_time "
      "WHERE organization IS ?1 AND kind = ?2 AND (at, id) < (?3, ?4) ORDER BY at, id LIMIT 500)",
      old.organization, catalog::name_of(old.kind), old.before.at, old.before.id);
  return connection.changes();
}

}  // namespace rucola::storage::history
