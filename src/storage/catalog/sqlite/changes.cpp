#include "storage/catalog/sqlite/changes.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace rucola::storage::changes {
namespace {

/// A table whose rows are told of. `organization` and `name` are SQL for a row that is called ROW in them.
struct Told {
  std::string_view table;
  std::string_view kind;
  std::string_view organization;
  std::string_view name;
};

constexpr std::string_view owner = "ifnull((SELECT name FROM organizations WHERE id = ROW.organization), '')";

constexpr std::array told = {
    Told{"organizations", "organization", "ROW.name", "''"},
    Told{"signing_keys", "signing_keys", owner, "''"},
    Told{"stacks", "stack", owner, "ROW.name"},
    Told{"aliases", "alias", owner, "ROW.name"},
    Told{"images", "image", owner, "ROW.hash"},
    Told{"remote_images", "remote_image", owner, "ROW.url"},
};

/// `sql` with the row called `row`, which is OLD or NEW.
std::string of_row(std::string_view sql, std::string_view row) {
  constexpr std::string_view placeholder = "ROW.";
  std::string text(sql);
  for (std::size_t at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at))
    text.replace(at, placeholder.size(), std::string(row) + ".");
  return text;
}

std::string tell(const Told& what, std::string_view row) {
  return "INSERT INTO changes (kind, organization, name) SELECT '" + std::string(what.kind) + "', " +
         of_row(what.organization, row) + ", " + of_row(what.name, row);
}

/// SQL: that row is told of by another name than NEW.
std::string differs(const Told& what, std::string_view row) {
  return "(" + of_row(what.organization, row) + ", " + of_row(what.name, row) + ") IS NOT (" +
         of_row(what.organization, "NEW") + ", " + of_row(what.name, "NEW") + ")";
}

/// A row that moves under another key is a change of both.
std::string tell_both(const Told& what) {
  return tell(what, "NEW") + "; " + tell(what, "OLD") + " WHERE " + differs(what, "OLD");
}

void add_trigger(Connection& connection, const Told& what, std::string_view event,
                 const std::string& told_of) {
  connection.execute("CREATE TRIGGER " + std::string(what.table) + "_" + std::string(event) +
                     "_is_told AFTER " + std::string(event) + " ON " + std::string(what.table) + " BEGIN " +
                     told_of + "; END");
}

/// A told table with keys besides what its rows are told by. `in_the_way` is SQL for a row, called `was`,
/// that has one of those of NEW.
struct Replaceable {
  std::string_view table;
  std::string_view keys;
  std::string_view in_the_way;
};

constexpr std::array replaceable = {
    Replaceable{"organizations", "id, uuid", "(was.id = NEW.id OR was.uuid = NEW.uuid)"},
    Replaceable{"signing_keys", "id", "was.id = NEW.id"},
    Replaceable{"images", "id", "was.id = NEW.id"},
};

/// Before the event, while what it replaces is there. Where it will fail instead, or do nothing, what is told
/// costs a look-up.
void add_trigger_for_what_is_replaced(Connection& connection, const Replaceable& what, std::string_view name,
                                      const std::string& event, std::string_view condition) {
  const Told& as = *std::ranges::find(told, what.table, &Told::table);
  const std::string table(what.table);
  std::string sql = "CREATE TRIGGER " + table + "_replaced_by_";
  sql.append(name).append(" BEFORE ").append(event).append(" ON ").append(table);
  sql.append(" BEGIN ").append(tell(as, "was")).append(" FROM ").append(table).append(" was WHERE ");
  sql.append(what.in_the_way).append(" AND ").append(condition).append(" AND ").append(differs(as, "was"));
  connection.execute(sql + "; END");
}

}  // namespace

void add_triggers(Connection& connection) {
  for (const Told& what : told) {
    add_trigger(connection, what, "insert", tell(what, "NEW"));
    add_trigger(connection, what, "update", tell_both(what));
    add_trigger(connection, what, "delete", tell(what, "OLD"));
  }
}

void add_triggers_for_what_is_replaced(Connection& connection) {
  for (const Replaceable& what : replaceable) {
    add_trigger_for_what_is_replaced(connection, what, "insert", "INSERT", "TRUE");
    add_trigger_for_what_is_replaced(connection, what, "update", "UPDATE OF " + std::string(what.keys),
                                     "was.id <> OLD.id");
  }
}

catalog::FeedPlace newest(Connection& connection) {
  Query row = connection.query(
      "SELECT s.seq, ifnull(c.token, 0) FROM sqlite_sequence s LEFT JOIN changes c ON c.number = s.seq "
      "WHERE s.name = 'changes'");
  return row.step() ? catalog::FeedPlace{.number = row.integer(0), .token = row.integer(1)}
                    : catalog::FeedPlace{};
}

catalog::Changes since(Connection& connection, std::int64_t number, std::int64_t most) {
  catalog::Changes found;
  if (Query row = connection.query("SELECT epoch FROM feed"); row.step()) found.epoch = row.text(0);
  found.newest = newest(connection);
  Query row = connection.query(
      "SELECT number, token, kind, organization, name FROM changes WHERE number >= ?1 ORDER BY number "
      "LIMIT ?2",
      number, most);
  while (row.step()) {
    found.changes.push_back({.place = {.number = row.integer(0), .token = row.integer(1)},
                             .kind = catalog::parse_change_kind(row.view(2)),
                             .organization = row.text(3),
                             .name = row.text(4)});
  }
  return found;
}

}  // namespace rucola::storage::changes
