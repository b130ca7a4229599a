#include "catalog/change_follower.h"

#include <exception>
#include <new>
#include <utility>

#include <pthread.h>

#include "base/log.h"
#include "base/metrics.h"
#include "base/request_id.h"

namespace rucola::catalog {
namespace {

/// 8 MiB of numbers, of which only what was touched takes memory. At 200 changes a second an answer with six
/// dependencies is looked up again for nothing once in fifteen minutes.
constexpr std::size_t place_count = std::size_t{1} << 20;

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
    : feed_(feed), published_bell_(~feed.bell()), places_(zeroes(place_count)) {
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
  if (as_of.epoch != epoch()) return false;
  // Before the places are read: what is noted meanwhile is looked at again at the next call.
  const std::int64_t noted = noted_.load(std::memory_order_acquire);
  if (noted <= unchanged_until) return true;
  for (const Dependency dependency : dependencies) {
    if (newest_of(dependency).load(std::memory_order_acquire) > as_of.number) return false;
  }
  // Places that were emptied meanwhile, as begin_anew() does after it has made another epoch, told nothing.
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
    wake_.wait(lock, [this]() REQUIRES(mutex_) { return stopping_ || !waiting_.empty(); });
    const bool stopping = stopping_;
    const std::vector<Waiter> waiting = std::exchange(waiting_, {});
    lock.unlock();
    const bool caught_up = !stopping && catch_up();
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
    const std::uint64_t bell = feed_.bell();
    const auto found =
        feed_.changes_after(noted_.load(std::memory_order_relaxed), feed_epoch_.empty() ? 0 : most_at_once);
    if (!found) return failed(found.error().detail.text);
    if (!note(*found)) begin_anew(*found);
    published_bell_.store(bell, std::memory_order_release);
    unreadable_ = false;
    return true;
  } catch (const std::exception& error) {
    return failed(error.what());
  }
}

/// Said once: every request that comes now goes to the catalog itself, and will say more.
bool ChangeFollower::failed(std::string_view why) noexcept {
  Counters::all().failures.Increment();
  if (!unreadable_) log::error("change_feed_unreadable", {{"detail", why}});
  unreadable_ = true;
  return false;
}

/// False where the changes do not follow on what has been noted: another epoch, a gap, a smaller number, more
/// than one reading holds, or a kind that this program does not know.
bool ChangeFollower::note(const Changes& found) {
  std::int64_t last = noted_.load(std::memory_order_relaxed);
  if (found.epoch != feed_epoch_ || found.newest < last) return false;
  for (const Change& change : found.changes) {
    if (change.number != last + 1 || !change.kind) return false;
    last = change.number;
  }
  if (last != found.newest) return false;
  for (const Change& change : found.changes) {
    for (const Dependency dependency : touched_by(change))
      newest_of(dependency).store(change.number, std::memory_order_relaxed);
  }
  noted_.store(last, std::memory_order_release);
  Counters::all().changes.Increment(static_cast<double>(found.changes.size()));
  return true;
}

/// The epoch first: answers of before it are refused while the places are emptied, and what is looked up
/// after it comes out of a snapshot that is no older than this one.
void ChangeFollower::begin_anew(const Changes& found) {
  Counters::all().begun_anew.Increment();
  forget_all();
  feed_epoch_ = found.epoch;
  for (Dependency place = 0; place < place_count; ++place) {
    const auto newest = newest_of(place);
    if (newest.load(std::memory_order_relaxed) != 0) newest.store(0, std::memory_order_release);
  }
  noted_.store(found.newest, std::memory_order_release);
}

std::atomic_ref<std::int64_t> ChangeFollower::newest_of(Dependency dependency) const noexcept {
  return std::atomic_ref(places_[dependency % place_count]);
}

}  // namespace rucola::catalog
