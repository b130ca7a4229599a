#include "storage/catalog/sqlite/transaction.h"

#include "base/log.h"
#include "storage/catalog/sqlite/database_failure.h"

namespace rucola::storage {

Transaction::~Transaction() {
  if (!connection_.in_transaction()) return;
  try {
    connection_.run("ROLLBACK");
  } catch (const DatabaseFailure& failure) {
    // Nothing of it was committed either way; the next BEGIN will fail and say so to its caller.
    log::error("catalog_rollback_failed", {{"error", failure.what()}});
  }
}

}  // namespace rucola::storage
