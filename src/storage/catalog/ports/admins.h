// A change of who administers what, and what follows from it for others, together.
//
// Threads, ownership and errors: those of the database, which outlives it.
#pragma once

#include <string>
#include <utility>

#include "catalog/purge.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/fallbacks.h"
#include "storage/catalog/sqlite/purges.h"

namespace rucola::storage {

template <class Change>
auto changing_admins(Database& database, const catalog::PurgeOf& purge, const Change& change) {
  return database.write([&](Connection& c) {
    auto changed = change(c);
    if (!changed) return changed;
    for (const std::string& organization : fallbacks::end_abandoned(c)) {
      if (!purge) continue;
      if (const auto requested = purges::request(c, purge(organization), now()); !requested)
        return decltype(changed)(std::unexpected(requested.error()));
    }
    return changed;
  });
}

}  // namespace rucola::storage
