// A catalog in memory that knows purges and nothing else, and can be told to fail.
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

#include "catalog/store.h"

namespace rucola::cdn {

class FakeStore final : public catalog::Store {
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
  void change_generation() { ++generation_; }
  void fail_next_reads(int count) {
    const std::lock_guard lock(mutex_);
    failing_reads_ = count;
  }
  void fail_next_confirmations(int count) {
    const std::lock_guard lock(mutex_);
    failing_confirmations_ = count;
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

  [[nodiscard]] std::uint64_t generation() const noexcept override { return generation_; }

  Result<std::vector<catalog::PurgeDelivery>> due_purges(std::string_view cache, Time at,
                                                         std::int64_t limit) override {
    const std::lock_guard lock(mutex_);
    if (failing_reads_ > 0) {
      --failing_reads_;
      return refusal();
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
  Result<std::optional<Time>> next_purge_due(std::string_view cache) override {
    const std::lock_guard lock(mutex_);
    std::optional<Time> next;
    for (const auto& [id, entry] : entries_) {
      if (entry.confirmed || entry.delivery.cache != cache) continue;
      next = std::min(next.value_or(entry.delivery.due), entry.delivery.due);
    }
    return next;
  }
  Result<void> confirm_purge(std::int64_t id, Time, std::optional<std::int64_t> objects) override {
    const std::lock_guard lock(mutex_);
    if (failing_confirmations_ > 0) {
      --failing_confirmations_;
      return refusal();
    }
    entries_.at(id).confirmed = true;
    entries_.at(id).objects = objects;
    changed_.notify_all();
    return {};
  }
  Result<void> retry_purge(std::int64_t id, Time due, std::string_view error) override {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_.at(id);
    entry.delivery.due = due;
    ++entry.delivery.attempts;
    entry.last_error = error;
    changed_.notify_all();
    return {};
  }
  Result<std::vector<catalog::PendingPurges>> pending_purges() override {
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

  // What a dispatcher has no business with.
  Result<void> check() override { return refusal(); }
  Result<catalog::Organization> create_organization(std::string_view, std::string_view,
                                                    std::string_view) override {
    return refusal();
  }
  Result<catalog::Organization> organization(std::string_view) override { return refusal(); }
  Result<catalog::Organization> set_organization_options(
      std::string_view, const std::vector<catalog::OrganizationOption>&,
      const std::optional<catalog::PurgeRequest>&) override {
    return refusal();
  }
  Result<std::vector<catalog::SigningKey>> signing_keys(std::string_view) override { return refusal(); }
  Result<std::string> remote_image(std::string_view, std::string_view) override { return refusal(); }
  Result<void> remember_remote_image(std::string_view, std::string_view, std::string_view) override {
    return refusal();
  }
  Result<catalog::User> create_user(std::string_view, std::string_view, const std::vector<catalog::Role>&,
                                    std::string_view) override {
    return refusal();
  }
  Result<std::optional<catalog::Principal>> principal_by_key(std::string_view) override { return refusal(); }
  Result<catalog::AddedImage> add_image(const catalog::SourceImage&) override { return refusal(); }
  Result<catalog::SourceImage> image(std::string_view, std::string_view) override { return refusal(); }
  Result<catalog::Page<catalog::SourceImage>> images(std::string_view, const catalog::ImageQuery&) override {
    return refusal();
  }
  Result<void> delete_image(std::string_view, std::string_view) override { return refusal(); }
  Result<catalog::SourceImage> restore_image(std::string_view, std::string_view) override {
    return refusal();
  }
  Result<void> each_blob(const std::function<void(std::string_view)>&) override { return refusal(); }
  Result<catalog::PutStack> put_stack(std::string_view, std::string_view, std::string_view,
                                      catalog::Overwrite, const catalog::MayReplace&) override {
    return refusal();
  }
  Result<catalog::Stack> stack(std::string_view, std::string_view) override { return refusal(); }
  Result<std::vector<catalog::Stack>> stacks(std::string_view) override { return refusal(); }
  Result<void> delete_stack(std::string_view, std::string_view) override { return refusal(); }
  Result<catalog::PutAlias> put_alias(std::string_view, std::string_view, std::string_view,
                                      catalog::Overwrite, const catalog::Precondition&) override {
    return refusal();
  }
  Result<catalog::Alias> alias(std::string_view, std::string_view) override { return refusal(); }
  Result<catalog::Page<catalog::Alias>> aliases(std::string_view, std::int64_t, std::int64_t) override {
    return refusal();
  }
  Result<void> delete_alias(std::string_view, std::string_view, const catalog::Precondition&) override {
    return refusal();
  }
  Result<bool> ever_existed(std::string_view, catalog::PurgeKind, std::string_view) override {
    return refusal();
  }
  Result<catalog::PurgeAdmission> request_purge(const catalog::PurgeRequest&, Time) override {
    return refusal();
  }
  Result<catalog::PurgeAdmission> purge_quota(std::string_view, catalog::PurgeKind, std::int64_t,
                                              Time) override {
    return refusal();
  }

 private:
  using Entries = std::map<std::int64_t, Entry>;

  static std::unexpected<Error> refusal() {
    return fail(ErrorCode::internal, "the test's store was told to fail");
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
  int failing_confirmations_ = 0;  // guarded by mutex_
  std::atomic<std::uint64_t> generation_ = 1;
};

}  // namespace rucola::cdn
