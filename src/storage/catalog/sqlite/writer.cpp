#include "storage/catalog/sqlite/writer.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "base/log.h"
#include "storage/catalog/sqlite/database_failure.h"
#include "storage/catalog/sqlite/transaction.h"

namespace rucola::storage {

void Writer::run(const Change& change) {
  Job job{.change = change};
  Lock lock(mutex_);
  waiting_.push_back(&job);
  for (;;) {
    batch_done_.wait(lock, [&]() REQUIRES(mutex_) { return job.done || !leading_; });
    if (job.done) break;

    leading_ = true;
    const Batch batch = take_batch();
    lock.unlock();
    commit(batch);
    lock.lock();
    leading_ = false;
    for (Job* finished : batch)
      finished->done = true;
    batch_done_.notify_all();
  }
  if (job.failure) std::rethrow_exception(job.failure);
}

std::size_t Writer::waiting() const {
  const Lock lock(mutex_);
  return waiting_.size();
}

Writer::Batch Writer::take_batch() {
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), largest_batch));
  Batch batch(waiting_.begin(), end);
  waiting_.erase(waiting_.begin(), end);
  return batch;
}

namespace {

bool found_the_disk_full(const std::exception_ptr& failure) {
  if (!failure) return false;
  try {
    std::rethrow_exception(failure);
  } catch (const DatabaseFailure& database) {
    return database.disk_is_full();
  } catch (...) {
    return false;
  }
}

}  // namespace

void Writer::commit(const Batch& batch) noexcept {
  try_to_commit(batch);
  try {
    Batch without_room;
    std::ranges::copy_if(batch, std::back_inserter(without_room),
                         [](const Job* job) { return found_the_disk_full(job->failure); });
    if (without_room.empty() || !room_ || !room_->make()) return;
    for (Job* job : without_room)
      job->failure = nullptr;
    try_to_commit(without_room);
  } catch (const std::exception& error) {  // they have failed already
    log::error("room_not_made", {{"what", error.what()}});
  }
}

void Writer::try_to_commit(const Batch& batch) noexcept {
  try {
    Transaction transaction(connection_);
    bool anything = false;
    for (Job* job : batch) {
      // The savepoint is what undoes one change without the others; alone, the transaction does it for less.
      if (batch.size() == 1 ? apply(*job) : apply_in_savepoint(*job)) anything = true;
    }
    if (!anything) return;
    if (files_) files_->check();
    const std::int64_t rows = mark_ != nullptr ? CommitMark::rows(connection_) : 0;
    transaction.commit();
    if (mark_ != nullptr) mark_->note(rows);
  } catch (...) {
    // All of them, also those that were content: what they saw was never committed.
    for (Job* job : batch)
      job->failure = std::current_exception();
  }
}

bool Writer::apply(Job& job) {
  try {
    return job.change(connection_);
  } catch (...) {
    job.failure = std::current_exception();
    // After some failures, as of the disk, SQLite has undone the whole transaction, and with it the others'
    // changes.
    if (!connection_.in_transaction()) throw;
    return false;
  }
}

bool Writer::apply_in_savepoint(Job& job) {
  connection_.run("SAVEPOINT change");
  const bool keep = apply(job);
  if (!keep) connection_.run("ROLLBACK TO change");
  connection_.run("RELEASE change");
  return keep;
}

}  // namespace rucola::storage
