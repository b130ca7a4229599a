// An outbox in memory that can be told to fail.
//
// Threads: safe from any thread; wait_for() blocks until what other threads do makes its condition true.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "catalog/purge_outbox.h"

namespace rucola::cdn {

class FakeOutbox final : public catalog::PurgeOutbox {
 public:
  struct Entry {
    catalog::PurgeDelivery delivery;
    bool confirmed = false;
    std::optional<std::int64_t> objects{};
    std::string last_error{};
  };

  std::int64_t add(const std::string& cache, std::vector<std::string> tags, Time due = now(),
                   std::int32_t round = 1, std::int32_t attempts = 0) {
    const std::lock_guard lock(mutex_);
    const std::int64_t id = ++last_id_;
    entries_[id].delivery = {.id = id,
                             .cache = cache,
                             .tags = std::move(tags),
                             .organization = "acme",
                             .kind = catalog::PurgeKind::alias,
                             .name = "logo",
                             .round = round,
                             .attempts = attempts,
                             .created = now(),
                             .due = due};
    return id;
  }
  /// What another process' commit does.
  void ring() { ++bell_; }
  void fail_next_reads(int count) {
    const std::lock_guard lock(mutex_);
    failing_reads_ = count;
  }
  void throw_in_next_reads(int count) {
    const std::lock_guard lock(mutex_);
    throwing_reads_ = count;
  }
  void fail_next_confirmations(int count) {
    const std::lock_guard lock(mutex_);
    failing_confirmations_ = count;
  }

  /// Each costs a sync of the disk.
  [[nodiscard]] int transactions() const {
    const std::lock_guard lock(mutex_);
    return transactions_;
  }
  [[nodiscard]] Entry entry(std::int64_t id) const {
    const std::lock_guard lock(mutex_);
    return entries_.at(id);
  }
  void wait_for_confirmation(std::int64_t id) {
    wait_for([id](const auto& entries) { return entries.at(id).confirmed; });
  }
  void wait_for_attempts(std::int64_t id, std::int32_t attempts) {
    wait_for([=](const auto& entries) { return entries.at(id).delivery.attempts >= attempts; });
  }

  [[nodiscard]] std::uint64_t bell() const noexcept override { return bell_; }

  Result<std::vector<catalog::PurgeDelivery>> due(std::string_view cache, Time at,
                                                  std::int64_t limit) override {
    const std::lock_guard lock(mutex_);
    if (failing_reads_ > 0) {
      --failing_reads_;
      return refusal();
    }
    if (throwing_reads_ > 0) {
      --throwing_reads_;
      throw std::runtime_error("what nobody had thought of");
    }
    std::vector<catalog::PurgeDelivery> due;
    for (const auto& [id, entry] : entries_) {
      if (!entry.confirmed && entry.delivery.cache == cache && entry.delivery.due <= at)
        due.push_back(entry.delivery);
    }
    std::ranges::stable_sort(due, {}, &catalog::PurgeDelivery::due);
    if (std::ssize(due) > limit) due.resize(static_cast<std::size_t>(limit));
    return due;
  }
  Result<std::optional<Time>> next_due(std::string_view cache) override {
    const std::lock_guard lock(mutex_);
    std::optional<Time> next;
    for (const auto& [id, entry] : entries_) {
      if (entry.confirmed || entry.delivery.cache != cache) continue;
      next = std::min(next.value_or(entry.delivery.due), entry.delivery.due);
    }
    return next;
  }
  Result<void> confirm(const std::vector<catalog::ConfirmedPurge>& confirmed, Time) override {
    const std::lock_guard lock(mutex_);
    if (failing_confirmations_ > 0) {
      --failing_confirmations_;
      return refusal();
    }
    ++transactions_;
    for (const catalog::ConfirmedPurge& purge : confirmed) {
      entries_.at(purge.id).confirmed = true;
      entries_.at(purge.id).objects = purge.objects;
    }
    changed_.notify_all();
    return {};
  }
  Result<void> put_off(const std::vector<catalog::FailedPurge>& failed) override {
    const std::lock_guard lock(mutex_);
    ++transactions_;
    for (const catalog::FailedPurge& purge : failed) {
      Entry& entry = entries_.at(purge.id);
      entry.delivery.due = purge.due;
      ++entry.delivery.attempts;
      entry.last_error = purge.error;
    }
    changed_.notify_all();
    return {};
  }
  Result<std::vector<catalog::PendingPurges>> pending() override {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::int64_t> counts;
    for (const auto& [id, entry] : entries_) {
      if (!entry.confirmed) ++counts[entry.delivery.cache];
    }
    std::vector<catalog::PendingPurges> pending;
    for (const auto& [cache, count] : counts)
      pending.push_back({cache, count});
    return pending;
  }

 private:
  using Entries = std::map<std::int64_t, Entry>;

  static std::unexpected<Error> refusal() {
    return fail(ErrorCode::internal, "the test's outbox was told to fail");
  }

  void wait_for(const std::function<bool(const Entries&)>& condition) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds{60}, [&] { return condition(entries_); })) {
      throw std::runtime_error("waited in vain for the outbox to change");
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Entries entries_;                // guarded by mutex_
  std::int64_t last_id_ = 0;       // guarded by mutex_
  int failing_reads_ = 0;          // guarded by mutex_
  int throwing_reads_ = 0;         // guarded by mutex_
  int failing_confirmations_ = 0;  // guarded by mutex_
  int transactions_ = 0;           // guarded by mutex_
  std::atomic<std::uint64_t> bell_ = 1;
};

}  // namespace rucola::cdn
