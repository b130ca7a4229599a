// A table that is made anew: SQLite can't take a foreign key away from one that is there.
#pragma once

#include <string_view>

#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage {

/// `definition` is the CREATE TABLE of the same name and columns. Its rows, indexes and triggers stay. No
/// other table refers to it. Inside a transaction. Throws DatabaseFailure.
void remake(Connection& connection, std::string_view table, std::string_view definition);

}  // namespace rucola::storage
