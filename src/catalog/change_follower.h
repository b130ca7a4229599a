// Follows the feed of changes and knows, for every dependency, whether it has changed since a given snapshot:
// what makes answers in memory fit to be served without a query.
//
//   waits for the bell ──rung, or somebody waits──▶ bell read ──▶ new snapshot ──▶ its changes noted ──▶
//   the bell that was read is published ──▶ who waits is called ──▶ waits for the bell
//
// Where nobody asks, it looks once a second whether the catalog is still in its place. Where it is not, there
// is nothing to be current with, and nothing that was known holds any more.
//
// The argument why nothing stale passes is in docs/architecture.md, "Why no answer is stale".
//
// Threads: a thread of its own reads the feed; is_current(), epoch() and still_holds() are for event loops:
// no lock, no SQL. when_current() from any thread; it never blocks.
// Ownership: borrows the feed. The destructor joins the thread; what waits then is called with `false`.
// Bounds: two tables of fixed size. Dependencies that share a slot in the one count as one; an answer that is
// looked at for the first time after more changes than the other holds is looked up again.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "catalog/changes.h"
#include "catalog/dependencies.h"

namespace rucola::catalog {

/// How old the facts of an answer are. `epoch` is read before its snapshot is opened, `newest` out of it.
struct AsOf {
  std::uint64_t epoch = 0;
  FeedPlace newest{};
};

class ChangeFollower {
 public:
  /// `caught_up` is false where the feed could not be read, or nobody follows it any more.
  using Waiter = std::function<void(bool caught_up)>;

  explicit ChangeFollower(ChangeFeed& feed);
  ChangeFollower(const ChangeFollower&) = delete;
  ChangeFollower& operator=(const ChangeFollower&) = delete;
  ~ChangeFollower();

  /// True where all commits that were acknowledged before the call have been noted.
  [[nodiscard]] bool is_current() const noexcept {
    return feed_.bell() == published_bell_.load(std::memory_order_acquire);
  }

  /// Calls `then`, on the follower's thread and for the request that this one works for, once all commits
  /// acknowledged before this call have been noted. `then` must be quick. Never waits for more than one
  /// reading of the feed, however many commits come.
  void when_current(Waiter then);

  /// To be read before the snapshot of an answer is opened.
  [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_.load(std::memory_order_acquire); }

  /// False once one of the dependencies has changed after `as_of`, as far as commits have been noted; and
  /// where what was noted does not show that `as_of` is of the same catalog: a restored one has other
  /// changes, and so may one that is newer than what was noted. `unchanged_until` is the caller's note of
  /// what an earlier call found; it begins with not_looked_yet.
  [[nodiscard]] bool still_holds(const AsOf& as_of, std::span<const Dependency> dependencies,
                                 std::int64_t& unchanged_until) const noexcept;

  static constexpr std::int64_t not_looked_yet = std::numeric_limits<std::int64_t>::min();

  /// Everything looked up before this call holds no longer: what is no row of the catalog has changed.
  void forget_all();

 private:
  struct Free {
    void operator()(std::int64_t* numbers) const noexcept { std::free(numbers); }
  };

  using Numbers = std::unique_ptr<std::int64_t[], Free>;  // NOLINT(modernize-avoid-c-arrays)

  void follow();
  bool catch_up() noexcept;
  bool is_in_place() noexcept;
  bool failed(std::string_view why) noexcept;
  bool note(const Changes& found);
  void begin_anew(Changes found) noexcept;
  [[nodiscard]] bool has_noted(const FeedPlace& place, std::int64_t noted) const noexcept;
  [[nodiscard]] std::atomic_ref<std::int64_t> newest_of(Dependency dependency) const noexcept;
  [[nodiscard]] std::atomic_ref<std::int64_t> token_of(std::int64_t number) const noexcept;

  ChangeFeed& feed_;
  std::atomic<std::uint64_t> published_bell_;
  std::atomic<std::uint64_t> epoch_{1};
  static constexpr std::int64_t nothing = -1;

  std::atomic<std::int64_t> noted_{nothing};  ///< the newest change that has been noted
  /// By slot, the number of the newest change of what has that slot; read and written atomically.
  const Numbers slots_;
  /// The tokens of the changes that were noted last, by number; the same.
  const Numbers tokens_;

  std::string feed_epoch_;   ///< the feed's own; of the thread alone, as what follows. Empty: begin anew
  FeedPlace last_;           ///< that was noted
  bool unreadable_ = false;  ///< and the log knows

  Mutex mutex_;
  Condition wake_;  // waits for: somebody in waiting_, or stopping_
  std::vector<Waiter> waiting_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace rucola::catalog
