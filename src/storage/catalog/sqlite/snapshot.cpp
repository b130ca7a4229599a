#include "storage/catalog/sqlite/snapshot.h"

#include "base/log.h"
#include "storage/catalog/sqlite/database_failure.h"

namespace rucola::storage {

Snapshot::~Snapshot() {
  if (!connection_.in_transaction()) return;
  try {
    connection_.run("COMMIT");  // of nothing; it only lets go
  } catch (const DatabaseFailure& failure) {
    log::error("catalog_snapshot_not_closed", {{"error", failure.what()}});
  }
}

}  // namespace rucola::storage
