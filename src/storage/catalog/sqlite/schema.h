// The catalog's tables, as an ordered list of migrations: the database's user_version says how many have run.
// A catalog that opens has all that they make: tables with their columns, and triggers.
#pragma once

#include <atomic>
#include <cstdint>

#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage {

/// Runs what is missing, in one transaction; safe when several processes start at once. True where nothing
/// was there, and this made all of it. Throws DatabaseFailure; a refusal where the file belongs to another
/// program or to a newer version of this one, or lacks what its version has.
bool migrate(Connection& connection);

/// For who may not write. Throws a refusal where the schema is not the one of this program.
void require_up_to_date(Connection& connection);

/// The schema of a catalog that is in use, which may be replaced by another meanwhile, as by a restore. What
/// was found to be this program's is looked at again when it has changed; otherwise it costs some pragmas.
/// Thread-safe.
class KnownSchema {
 public:
  /// Inside a transaction that writes: runs what is missing as a part of it. Throws as migrate(), and a
  /// refusal where the catalog holds nothing: no new one is made in its place. False: nothing was missing.
  bool bring_up_to_date(Connection& connection);

  /// Has it, as the newest commit leaves it, an older schema than this program's? Throws as
  /// bring_up_to_date().
  bool is_outdated(Connection& connection);

 private:
  [[nodiscard]] bool is_known(Connection& connection) const;
  void recognise(Connection& connection);

  std::atomic<std::int64_t> changes_{-1};  ///< of the schema, when it was recognised last
};

}  // namespace rucola::storage
