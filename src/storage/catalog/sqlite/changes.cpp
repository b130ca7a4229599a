#include "storage/catalog/sqlite/changes.h"

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

/// A row that moves under another key is a change of both.
std::string tell_both(const Told& what) {
  return tell(what, "NEW") + "; " + tell(what, "OLD") + " WHERE (" + of_row(what.organization, "OLD") + ", " +
         of_row(what.name, "OLD") + ") IS NOT (" + of_row(what.organization, "NEW") + ", " +
         of_row(what.name, "NEW") + ")";
}

void add_trigger(Connection& connection, const Told& what, std::string_view event,
                 const std::string& told_of) {
  connection.execute("CREATE TRIGGER " + std::string(what.table) + "_" + std::string(event) +
                     "_is_told AFTER " + std::string(event) + " ON " + std::string(what.table) + " BEGIN " +
                     told_of + "; END");
}

}  // namespace

void add_triggers(Connection& connection) {
  for (const Told& what : told) {
    add_trigger(connection, what, "insert", tell(what, "NEW"));
    add_trigger(connection, what, "update", tell_both(what));
    add_trigger(connection, what, "delete", tell(what, "OLD"));
  }
}

std::int64_t newest(Connection& connection) {
  Query row = connection.query("SELECT seq FROM sqlite_sequence WHERE name = 'changes'");
  return row.step() ? row.integer(0) : 0;
}

catalog::Changes after(Connection& connection, std::int64_t number, std::int64_t most) {
  catalog::Changes found;
  if (Query row = connection.query("SELECT epoch FROM feed"); row.step()) found.epoch = row.text(0);
  found.newest = newest(connection);
  Query row = connection.query(
      "SELECT number, kind, organization, name FROM changes WHERE number > ?1 ORDER BY number LIMIT ?2",
      number, most);
  while (row.step()) {
    found.changes.push_back({.number = row.integer(0),
                             .kind = catalog::parse_change_kind(row.view(1)),
                             .organization = row.text(2),
                             .name = row.text(3)});
  }
  return found;
}

}  // namespace rucola::storage::changes
