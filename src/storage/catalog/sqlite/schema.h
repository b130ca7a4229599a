// The catalog's tables, as an ordered list of migrations: the database's user_version says how many have run.
#pragma once

#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage {

/// Runs what is missing, in one transaction; safe when several processes start at once. True where nothing
/// was there, and this made all of it. Throws DatabaseFailure; a refusal where the file belongs to another
/// program or to a newer version of this one.
bool migrate(Connection& connection);

/// Inside a transaction that writes: runs what is missing as a part of it. A catalog may be replaced by an
/// older one while it is open, as by a restore. Costs two pragmas where nothing is missing. Throws as
/// migrate(), and a refusal where it holds nothing: no new one is made in its place.
void bring_up_to_date(Connection& connection);

/// Has it, as the newest commit leaves it, an older schema than this program's? Throws as bring_up_to_date().
bool is_outdated(Connection& connection);

/// For who may not write. Throws a refusal where the schema is not the one of this program.
void require_up_to_date(Connection& connection);

}  // namespace rucola::storage
