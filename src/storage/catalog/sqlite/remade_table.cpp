#include "storage/catalog/sqlite/remade_table.h"

#include <string>
#include <vector>

namespace rucola::storage {
namespace {

/// The SQL of its indexes and triggers, in the order in which they were made.
std::vector<std::string> belongings(Connection& connection, std::string_view table) {
  Query row = connection.query(
      "SELECT sql FROM sqlite_schema WHERE tbl_name = ?1 AND type IN ('index', 'trigger') AND sql IS NOT "
      "NULL "
      "ORDER BY rowid",
      table);
  std::vector<std::string> found;
  while (row.step())
    found.push_back(row.text(0));
  return found;
}

}  // namespace

/// By way of a copy, rather than under another name that is changed: that would change what triggers say.
void remake(Connection& connection, std::string_view table, std::string_view definition) {
  const std::vector<std::string> kept = belongings(connection, table);
  const std::string name(table);
  connection.execute("CREATE TABLE " + name + "_before AS SELECT * FROM " + name);
  connection.execute("DROP TABLE " + name);
  connection.execute(std::string(definition));
  connection.execute("INSERT INTO " + name + " SELECT * FROM " + name + "_before");
  connection.execute("DROP TABLE " + name + "_before");
  for (const std::string& sql : kept)
    connection.execute(sql);
}

}  // namespace rucola::storage
