// Rows of the catalog that can't be read: each costs itself and nothing else. Who meets one leaves it out, or
// reads it as what is safe, and says so here.
//
// Threads: any. Bounds: remembers a thousand rows; what comes after them is not told any more.
#pragma once

#include <string_view>

namespace rucola::catalog {

/// Logs and counts the row, once in the life of the process. `row` tells the operator which of the table's.
void report_damaged_row(std::string_view table, std::string_view row, std::string_view what_is_wrong);

}  // namespace rucola::catalog
