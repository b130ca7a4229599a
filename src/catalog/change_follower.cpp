#include "catalog/change_follower.h"

#include <chrono>
#include <exception>
#include <new>
#include <span>
#include <utility>

#include <pthread.h>

#include "base/log.h"
#include "base/metrics.h"
#include "base/request_id.h"

namespace rucola::catalog {
namespace {

/// 8 MiB of numbers, of which only what was touched takes memory. At 200 changes a second an answer with six
/// dependencies is looked up again for nothing once in fifteen minutes.
constexpr std::size_t slot_count = std::size_t{1} << 20;

/// 512 KiB. At 200 changes a second an answer may come five minutes after its look-up.
constexpr std::int64_t token_count = std::int64_t{1} << 16;

/// A catalog that was replaced rings no bell.
constexpr std::chrono::seconds look_every{1};

/// Who is further behind begins anew: that is quicker than noting them one by one.
constexpr std::int64_t most_at_once = 10'000;

/// Pages that nobody has written to take no memory, other than with std::vector.
std::int64_t* zeroes(std::size_t count) {
  void* const memory = std::calloc(count, sizeof(std::int64_t));
  if (memory == nullptr) throw std::bad_alloc();
  return static_cast<std::int64_t*>(memory);
}

struct Counters {
  prometheus::Counter& changes =
      metrics::counter("rucola_catalog_changes_total", "Changes of the catalog that the server took note of");
  prometheus::Counter& begun_anew = metrics::counter(
      "rucola_catalog_feed_begun_anew_total", "Times that all hot answers went, as the feed had a gap");
  prometheus::Counter& failures =
      metrics::counter("rucola_catalog_feed_failures_total", "Times that the feed could not be read");

  static Counters& all() {
    static Counters counters;
    return counters;
  }
};

}  // namespace

ChangeFollower::ChangeFollower(ChangeFeed& feed)
    : feed_(feed),
      published_bell_(~feed.bell()),
      slots_(zeroes(slot_count)),
      tokens_(zeroes(static_cast<std::size_t>(token_count))) {
  thread_ = std::thread([this] { follow(); });
  pthread_setname_np(thread_.native_handle(), "changes");
  when_current([](bool /*caught_up*/) {});
}

ChangeFollower::~ChangeFollower() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void ChangeFollower::when_current(Waiter then) {
  then = for_this_request(std::move(then));
  {
    const Lock lock(mutex_);
    if (!stopping_) waiting_.push_back(std::exchange(then, {}));
  }
  if (then) return then(false);
  wake_.notify_one();
}

bool ChangeFollower::still_holds(const AsOf& as_of, std::span<const Dependency> dependencies,
                                 std::int64_t& unchanged_until) const noexcept {
  // On both sides of the number: it is of no other epoch.
  if (as_of.epoch != epoch()) return false;
  // Before the slots are read: what is noted meanwhile is looked at again at the next call.
  const std::int64_t noted = noted_.load(std::memory_order_acquire);
  if (as_of.epoch != epoch() || noted == nothing) return false;
  if (noted <= unchanged_until) return true;
  // Once is enough: where the catalog becomes another one, the epoch does.
  if (unchanged_until == not_looked_yet && !has_noted(as_of.newest, noted)) return false;
  for (const Dependency dependency : dependencies) {
    if (newest_of(dependency).load(std::memory_order_acquire) > as_of.newest.number) return false;
  }
  // What was emptied meanwhile, as begin_anew() does after it has made another epoch, told nothing.
  if (as_of.epoch != epoch()) return false;
  unchanged_until = noted;
  return true;
}

void ChangeFollower::forget_all() {
  epoch_.fetch_add(1, std::memory_order_acq_rel);
}

void ChangeFollower::follow() {
  Lock lock(mutex_);
  for (;;) {
    const bool asked = wake_.wait_for(lock, look_every,
                                      [this]() REQUIRES(mutex_) { return stopping_ || !waiting_.empty(); });
    const bool stopping = stopping_;
    const std::vector<Waiter> waiting = std::exchange(waiting_, {});
    lock.unlock();
    const bool caught_up = !stopping && (asked ? catch_up() : is_in_place());
    for (const Waiter& then : waiting) {
      try {
        then(caught_up);
      } catch (const std::exception& error) {
        log::error("change_waiter_threw", {{"what", error.what()}});
      }
    }
    if (stopping) return;
    lock.lock();
  }
}

/// In this order: the bell, a new snapshot, its changes noted, the bell published. A commit in between leaves
/// a bell that is not the published one.
bool ChangeFollower::catch_up() noexcept {
  try {
    if (!is_in_place()) return false;
    const std::uint64_t bell = feed_.bell();
    // One more than there may be: the change that was noted last is read again.
    auto found = feed_.changes_since(last_.number, feed_epoch_.empty() ? 0 : most_at_once + 1);
    if (!found) return failed(found.error().detail.text);
    if (!note(*found)) begin_anew(*std::move(found));
    published_bell_.store(bell, std::memory_order_release);
    unreadable_ = false;
    return true;
  } catch (const std::exception& error) {
    return failed(error.what());
  }
}

/// False: what is known is of a catalog that nobody else sees.
bool ChangeFollower::is_in_place() noexcept {
  try {
    const auto there = feed_.in_place();
    if (there) return true;
    feed_epoch_.clear();
    forget_all();
    return failed(there.error().detail.text);
  } catch (const std::exception& error) {
    return failed(error.what());
  }
}

/// Nothing is current until the feed has been read. Said once: every request that comes now goes to the
/// catalog itself, and will say more.
bool ChangeFollower::failed(std::string_view why) noexcept {
  published_bell_.store(~feed_.bell(), std::memory_order_release);
  Counters::all().failures.Increment();
  if (!unreadable_) log::error("change_feed_unreadable", {{"detail", why}});
  unreadable_ = true;
  return false;
}

/// False where the changes do not follow on what has been noted: another epoch, another change at the place
/// of the last one or none, a gap, more than one reading holds, or a kind that this program does not know.
bool ChangeFollower::note(const Changes& found) {
  if (found.epoch != feed_epoch_) return false;
  std::span<const Change> changes(found.changes);
  // Before its first change a feed has no row to look for, and all catalogs of its epoch have begun so.
  if (last_ != FeedPlace{}) {
    if (changes.empty() || changes.front().place != last_) return false;
    changes = changes.subspan(1);
  }
  std::int64_t number = last_.number;
  for (const Change& change : changes) {
    if (change.place.number != ++number || !change.kind) return false;
  }
  if (number != found.newest.number) return false;
  for (const Change& change : changes) {
    for (const Dependency dependency : touched_by(change))
      newest_of(dependency).store(change.place.number, std::memory_order_relaxed);
    token_of(change.place.number).store(change.place.token, std::memory_order_relaxed);
  }
  last_ = found.newest;
  noted_.store(number, std::memory_order_release);
  Counters::all().changes.Increment(static_cast<double>(changes.size()));
  return true;
}

/// That nothing is noted first, then the epoch: answers of before it are refused while the tables are
/// emptied, and those of after it, which are looked up in a snapshot that is no older than this one, until
/// they are.
void ChangeFollower::begin_anew(Changes found) noexcept {
  Counters::all().begun_anew.Increment();
  noted_.store(nothing, std::memory_order_release);
  forget_all();
  feed_epoch_ = std::move(found.epoch);
  last_ = found.newest;
  for (Dependency slot = 0; slot < slot_count; ++slot) {
    const auto newest = newest_of(slot);
    if (newest.load(std::memory_order_relaxed) != 0) newest.store(0, std::memory_order_release);
  }
  for (std::int64_t number = 0; number < token_count; ++number)
    token_of(number).store(0, std::memory_order_release);
  token_of(last_.number).store(last_.token, std::memory_order_release);
  noted_.store(last_.number, std::memory_order_release);
}

/// Does what was noted, up to that number, go through that place? A feed that lacks its newest row begins
/// anew at the next reading, so that where it stands can only be what was read last; before the first change,
/// where it does not, there is nothing to be looked up.
bool ChangeFollower::has_noted(const FeedPlace& place, std::int64_t noted) const noexcept {
  if (place.number > noted || noted - place.number >= token_count) return false;
  if (place.token == 0 && (place.number != noted || noted == 0)) return false;
  return token_of(place.number).load(std::memory_order_acquire) == place.token;
}

std::atomic_ref<std::int64_t> ChangeFollower::newest_of(Dependency dependency) const noexcept {
  return std::atomic_ref(slots_[dependency % slot_count]);
}

std::atomic_ref<std::int64_t> ChangeFollower::token_of(std::int64_t number) const noexcept {
  return std::atomic_ref(tokens_[static_cast<std::size_t>(number % token_count)]);
}

}  // namespace rucola::catalog
