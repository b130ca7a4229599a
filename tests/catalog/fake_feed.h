// A feed of changes that tests write by hand.
//
// Threads: safe from any thread.
#pragma once

#include <atomic>
#include <future>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "catalog/change_follower.h"
#include "catalog/changes.h"

namespace rucola::catalog {

class FakeFeed final : public ChangeFeed {
 public:
  [[nodiscard]] std::uint64_t bell() const noexcept override { return bell_; }

  Result<Changes> changes_since(std::int64_t number, std::int64_t most) override {
    const std::lock_guard lock(mutex_);
    ++readings_;
    if (fails_) return fail(ErrorCode::internal, "The feed can't be read.", "told to fail");
    Changes found{.epoch = state_.epoch, .newest = newest_in(state_)};
    for (const Change& change : state_.changes) {
      if (change.place.number >= number && std::ssize(found.changes) < most) found.changes.push_back(change);
    }
    return found;
  }
  Result<void> in_place() override {
    if (in_place_) return {};
    return fail(ErrorCode::overloaded, "The catalog was replaced.", "told to be gone");
  }

  /// What a snapshot says that is opened now.
  FeedPlace newest() const {
    const std::lock_guard lock(mutex_);
    return newest_in(state_);
  }
  /// A commit with one change; its place.
  FeedPlace commit(std::optional<ChangeKind> kind, std::string organization, std::string name = "") {
    const std::lock_guard lock(mutex_);
    ++state_.newest;
    state_.changes.push_back(
        {{state_.newest, ++last_token_}, kind, std::move(organization), std::move(name)});
    ++bell_;
    return state_.changes.back().place;
  }
  /// A commit of something that nobody's answer depends on.
  void ring() { ++bell_; }
  void prune() {
    const std::lock_guard lock(mutex_);
    state_.changes.clear();
  }

  /// The whole catalog, as far as the feed shows it.
  struct Backup {
    std::string epoch;
    std::int64_t newest;
    std::vector<Change> changes;
  };
  [[nodiscard]] Backup backup() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }
  void restore(Backup backup) {
    const std::lock_guard lock(mutex_);
    state_ = std::move(backup);
    ++bell_;
  }
  /// Another database, whose changes are no longer in its feed, takes its place.
  void restore(std::string epoch, std::int64_t newest) {
    restore({.epoch = std::move(epoch), .newest = newest, .changes = {}});
  }
  /// False: its files are others' now.
  void put_in_place(bool in_place) { in_place_ = in_place; }
  void fail_from_now_on(bool fails) {
    const std::lock_guard lock(mutex_);
    fails_ = fails;
  }
  [[nodiscard]] int readings() const {
    const std::lock_guard lock(mutex_);
    return readings_;
  }

 private:
  static FeedPlace newest_in(const Backup& state) {
    const bool is_there = !state.changes.empty() && state.changes.back().place.number == state.newest;
    return is_there ? state.changes.back().place : FeedPlace{.number = state.newest};
  }

  std::atomic<std::uint64_t> bell_ = 1;
  std::atomic<bool> in_place_ = true;
  mutable std::mutex mutex_;
  /// Guarded by mutex_, as what follows.
  Backup state_{.epoch = "first",
                .newest = 1,
                .changes = {{{.number = 1, .token = 1}, ChangeKind::organization, "acme", ""}}};
  std::int64_t last_token_ = 1;
  bool fails_ = false;
  int readings_ = 0;
};

/// Waits until the follower has noted all that was committed; what it says.
inline bool catch_up(ChangeFollower& follower) {
  std::promise<bool> said;
  follower.when_current([&said](bool caught_up) { said.set_value(caught_up); });
  return said.get_future().get();
}

}  // namespace rucola::catalog
