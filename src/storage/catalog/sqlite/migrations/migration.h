// A step of the catalog's schema. Each has a file of its own beside this one, which is called by its number:
// the version that the schema has once it has run.
//
// Conventions: times are milliseconds since 1970 in UTC; flags are 0 or 1; `deleted` is NULL for what lives.
// A deleted alias, stack or image keeps its row: the name can still be purged, an alias goes on counting its
// version, and an image can be restored.
#pragma once

#include <string_view>

#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage {

struct Migration {
  std::string_view sql;
  void (*then)(Connection&) = nullptr;  ///< for what SQL alone can't do
};

}  // namespace rucola::storage
