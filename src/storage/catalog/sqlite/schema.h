// The catalog's tables, as an ordered list of migrations: the database's user_version says how many have run.
#pragma once

#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage {

/// Runs what is missing, in one transaction; safe when several processes start at once. True where nothing
/// was there, and this made all of it. Throws DatabaseFailure; one with SQLITE_MISMATCH where the file
/// belongs to another program or to a newer version of this one.
bool migrate(Connection& connection);

}  // namespace rucola::storage
