#include "storage/catalog/sqlite/history.h"

#include <optional>
#include <string>

#include "catalog/damaged_rows.h"

namespace rucola::storage::history {
namespace {

constexpr std::string_view what_new_says = "NEW.version, iif(NEW.deleted IS NULL, 'put', 'delete'), NEW.hash";
constexpr std::string_view what_old_says = "OLD.version, 'delete', OLD.hash";

/// A trigger on aliases: `row` is NEW or OLD, `says` its version, action and hash.
void add_trigger(Connection& connection, std::string_view name, std::string_view when, std::string_view row,
                 std::string_view says) {
  std::string sql = "CREATE TRIGGER ";
  sql.append(name).append(" AFTER ").append(when);
  sql.append(
      " BEGIN INSERT INTO history (organization, kind, name, version, action, hash, at, via) VALUES (");
  sql.append(row).append(".organization, 'alias', ").append(row).append(".name, ").append(says);
  sql.append(", CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), 'sql'); END");
  connection.execute(sql);
}

}  // namespace

void add_triggers(Connection& connection) {
  const std::string untold =
      " WHEN (SELECT (version, action, hash) IS (" + std::string(what_new_says) +
      ") FROM history WHERE organization = NEW.organization AND kind = 'alias' AND name = NEW.name "
      "ORDER BY id DESC LIMIT 1) IS NOT TRUE";
  add_trigger(connection, "aliases_that_come_have_a_history", "INSERT ON aliases" + untold, "NEW",
              what_new_says);
  add_trigger(connection, "aliases_that_move_have_a_history",
              "UPDATE OF version, hash, deleted ON aliases" + untold, "NEW", what_new_says);
  add_trigger(connection, "aliases_that_go_have_a_history", "DELETE ON aliases", "OLD", what_old_says);
}

void record(Connection& connection, std::int64_t organization, const catalog::HistoryEntry& entry) {
  connection.run(
      "INSERT INTO history (organization, kind, name, version, action, hash, at, by_user, by_email, by_key, "
      "via, "
      "details) VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, ''), ?7, ?8, ?9, ?10, ?11, ?12)",
      organization, catalog::name_of(entry.kind), entry.name, entry.version, catalog::name_of(entry.action),
      entry.hash, entry.at, entry.by.user_id, entry.by.email, entry.by.key_id, catalog::name_of(entry.by.via),
      entry.details_json);
}

std::vector<catalog::HistoryEntry> of(Connection& connection, std::int64_t organization,
                                      catalog::HistoryKind kind, std::string_view name) {
  Query row = connection.query(
      "SELECT version, action, at, by_user, by_email, by_key, via, details, id, hash FROM history "
      "WHERE organization = ?1 AND kind = ?2 AND name = ?3 ORDER BY id DESC",
      organization, catalog::name_of(kind), name);
  std::vector<catalog::HistoryEntry> entries;
  while (row.step()) {
    const std::optional<catalog::HistoryAction> action = catalog::parse_history_action(row.view(1));
    const std::optional<catalog::Via> via = catalog::parse_via(row.view(6));
    if (!action || !via) {
      catalog::report_damaged_row("history", row.text(8), "Its action, or the way it came, is not known.");
      continue;
    }
    entries.push_back(
        {.kind = kind,
         .name = std::string(name),
         .version = row.integer(0),
         .action = *action,
         .hash = row.text(9),
         .at = row.time(2),
         .by = {.user_id = row.text(3), .email = row.text(4), .key_id = row.text(5), .via = *via},
         .details_json = row.text(7)});
  }
  return entries;
}

}  // namespace rucola::storage::history
