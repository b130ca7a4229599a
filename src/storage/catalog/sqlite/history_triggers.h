// The triggers that write the history, for every writer: the program, an older process of it, a hand with
// SQL. None of them can forget it, and no port writes it.
#pragma once

#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::history {

/// Their names begin with "history_of_". Throws DatabaseFailure.
void add_triggers(Connection& connection);

}  // namespace rucola::storage::history
