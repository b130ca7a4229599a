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

  Result<Changes> changes_after(std::int64_t number, std::int64_t most) override {
    const std::lock_guard lock(mutex_);
    ++readings_;
    if (fails_) return fail(ErrorCode::internal, "The feed can't be read.", "told to fail");
    Changes found{.epoch = epoch_, .newest = newest_};
    for (const Change& change : changes_) {
      if (change.number > number && std::ssize(found.changes) < most) found.changes.push_back(change);
    }
    return found;
  }

  /// A commit with one change; its number.
  std::int64_t commit(std::optional<ChangeKind> kind, std::string organization, std::string name = "") {
    const std::lock_guard lock(mutex_);
    changes_.push_back({++newest_, kind, std::move(organization), std::move(name)});
    ++bell_;
    return newest_;
  }
  /// A commit of something that nobody's answer depends on.
  void ring() { ++bell_; }
  void prune() {
    const std::lock_guard lock(mutex_);
    changes_.clear();
  }
  /// Another database with fewer changes takes its place.
  void restore(std::string epoch, std::int64_t newest) {
    const std::lock_guard lock(mutex_);
    epoch_ = std::move(epoch);
    newest_ = newest;
    changes_.clear();
    ++bell_;
  }
  void fail_from_now_on(bool fails) {
    const std::lock_guard lock(mutex_);
    fails_ = fails;
  }
  [[nodiscard]] int readings() const {
    const std::lock_guard lock(mutex_);
    return readings_;
  }

 private:
  std::atomic<std::uint64_t> bell_ = 1;
  mutable std::mutex mutex_;
  std::string epoch_ = "first";  // guarded by mutex_, as what follows
  std::int64_t newest_ = 0;
  std::vector<Change> changes_;
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
