#include "storage/catalog/sqlite/readers.h"

namespace rucola::storage {

Readers::Loan Readers::borrow() {
  if (files_) files_->check();
  {
    const Lock lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      return {*this, std::move(connection)};
    }
  }
  return {*this, std::make_unique<Connection>(file_, use_, waits_)};
}

void Readers::give_back(std::unique_ptr<Connection> connection) noexcept {
  const Lock lock(mutex_);
  if (idle_.capacity() < most_idle) idle_.reserve(most_idle);
  if (idle_.size() < most_idle) idle_.push_back(std::move(connection));
}

}  // namespace rucola::storage
