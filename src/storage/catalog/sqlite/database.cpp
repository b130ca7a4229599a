#include "storage/catalog/sqlite/database.h"

#include "storage/catalog/sqlite/schema.h"

namespace rucola::storage {
namespace {

Connection& migrated(Connection& connection) {
  migrate(connection);
  return connection;
}

}  // namespace

Database::Database(const std::filesystem::path& file)
    : writer_(file), watch_(migrated(writer_.connection())), readers_(file) {}

Result<void> Database::check() {
  const auto read_something = [](Connection& connection) -> Result<void> {
    connection.run("SELECT 1 FROM organizations LIMIT 1");
    return {};
  };
  if (auto readable = read(read_something); !readable) return readable;
  return write(read_something);
}

}  // namespace rucola::storage
