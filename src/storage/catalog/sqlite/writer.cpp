#include "storage/catalog/sqlite/writer.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "base/log.h"
#include "base/queue_wait.h"
#include "storage/catalog/sqlite/database_failure.h"
#include "storage/catalog/sqlite/transaction.h"

namespace rucola::storage {
namespace {

/// A transaction that has not begun after that time waits for another program.
constexpr std::chrono::milliseconds longest_beginning{50};

}  // namespace

void Writer::run(const Change& change) {
  Job job{.change = change};
  Lock lock(mutex_);
  job.until = Clock::now() + patience_ - waited_in_queue();
  waiting_.push_back(&job);
  while (!job.done) {
    if (!wait_for_turn(lock, job)) {
      forget(job);
      throw DatabaseFailure(nullptr, SQLITE_BUSY, "wait for who waits for the lock");
    }
    if (job.done) break;

    leading_ = true;
    begins_since_ = Clock::now();
    lock.unlock();
    const Batch batch = commit(job);
    lock.lock();
    leading_ = false;
    for (Job* finished : batch)
      finished->done = true;
    batch_done_.notify_all();
  }
  if (job.failure) std::rethrow_exception(job.failure);
}

/// False: the job's time is over, and it is in no batch.
bool Writer::wait_for_turn(Lock& lock, const Job& job) {
  while (!job.done && leading_) {
    const Clock::time_point now = Clock::now();
    if (now >= job.until && is_locked_out()) return false;
    // Past its time it looks again and again: the leader may still be busy with a batch before.
    batch_done_.wait_until(lock, std::max(job.until, now + longest_beginning));
  }
  return true;
}

bool Writer::is_locked_out() const {
  return begins_since_ && Clock::now() - *begins_since_ >= longest_beginning;
}

void Writer::forget(const Job& job) {
  std::erase(waiting_, &job);
}

std::size_t Writer::waiting() const {
  const Lock lock(mutex_);
  return waiting_.size();
}

/// From then on nobody gives up.
Writer::Batch Writer::take_batch() {
  const Lock lock(mutex_);
  begins_since_.reset();
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

/// Returns whose jobs are finished.
Writer::Batch Writer::commit(Job& leader) noexcept {
  Batch batch = try_to_commit(leader, {});
  try {
    Batch without_room;
    std::ranges::copy_if(batch, std::back_inserter(without_room),
                         [](const Job* job) { return found_the_disk_full(job->failure); });
    if (without_room.empty() || !room_ || !room_->make()) return batch;
    for (Job* job : without_room)
      job->failure = nullptr;
    try_to_commit(leader, std::move(without_room));
  } catch (const std::exception& error) {  // they have failed already
    log::error("room_not_made", {{"what", error.what()}});
  }
  return batch;
}

/// An empty batch is taken from those who wait, once the transaction has begun.
Writer::Batch Writer::try_to_commit(Job& leader, Batch batch) noexcept {
  try {
    connection_.wait_for_locks_until(leader.until);
    Transaction transaction(connection_);
    const bool is_prepared = prepare_ && prepare_(connection_);
    if (batch.empty()) batch = take_batch();
    const Outcome outcome = apply_all(batch);
    if (outcome == Outcome::nothing_to_keep) return batch;
    if (files_) files_->check();
    // What only looks leaves no trace: no commit, and no bell that rings.
    if (outcome == Outcome::no_change && !is_prepared) return batch;
    if (tell_who_) tell_who_(connection_, nullptr);
    const bool is_marked = mark_ != nullptr && outcome == Outcome::changes;
    const std::int64_t count = is_marked ? CommitMark::count(connection_) : 0;
    transaction.commit();
    if (is_marked) mark_->note(count);
  } catch (...) {
    if (batch.empty()) {  // it could not begin, which the others may find out for themselves
      const Lock lock(mutex_);
      forget(leader);
      batch.push_back(&leader);
    }
    // All of them, also those that were content: what they saw was never committed.
    for (Job* job : batch)
      job->failure = std::current_exception();
  }
  return batch;
}

Writer::Outcome Writer::apply_all(const Batch& batch) {
  Outcome outcome = Outcome::nothing_to_keep;
  for (Job* job : batch) {
    const Maker maker{.author = job->author.get(), .request = job->request};
    if (tell_who_) tell_who_(connection_, &maker);
    const std::int64_t before = connection_.changes_so_far();
    // The savepoint is what undoes one change without the others; alone, the transaction does it for less.
    if (!(batch.size() == 1 ? apply(*job) : apply_in_savepoint(*job))) continue;
    outcome =
        std::max(outcome, connection_.changes_so_far() > before ? Outcome::changes : Outcome::no_change);
  }
  return outcome;
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
