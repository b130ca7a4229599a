#include "storage/catalog/sqlite/writer.h"

#include "storage/catalog/sqlite/transaction.h"

namespace rucola::storage {

void Writer::run(const Change& change) {
  const std::lock_guard lock(mutex_);
  Transaction transaction(connection_);
  if (change(connection_)) transaction.commit();
}

}  // namespace rucola::storage
