// Has the descriptions made that uploads have asked for (catalog/description_wishes.h), a few at a time,
// organizations in turn. What fails is tried again later, for about a day; what never can be, and what failed
// too often, is given up, and the log says so. Several processes may do so over one catalog: the worst is
// that one is made twice.
//
// Threads: one of its own, which blocks on the catalog; notify() and stop() from any. Ownership: what is
// passed in outlives the object. From stop() on nothing new is begun, and what ends then is due again at the
// next start; the object outlives what is under way: executors and renderer end before it does.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/mutex.h"
#include "base/recurring_thread.h"
#include "catalog/description_wishes.h"
#include "delivery/describe/describer.h"

namespace rucola::delivery {

/// After so many failures; nothing where it is to be given up.
std::optional<std::chrono::minutes> delay_after(std::int32_t failures);

class WishKeeper {
 public:
  WishKeeper(catalog::DescriptionWishes& wishes, const Describer& describer,
             std::chrono::milliseconds every = std::chrono::seconds{5});
  WishKeeper(const WishKeeper&) = delete;
  WishKeeper& operator=(const WishKeeper&) = delete;
  ~WishKeeper() = default;

  /// There is a new wish.
  void notify() { thread_.wake(); }
  void stop();

 private:
  static constexpr std::size_t most_at_once = 4;

  struct Ended {
    catalog::DescriptionWish wish;
    std::optional<Error> error;
  };

  void go_on();
  std::deque<Ended> take_ended();
  void settle(const Ended& ended);
  void begin_what_is_due();
  void end(const catalog::DescriptionWish& wish, const Result<Described>& described);
  [[nodiscard]] bool is_stopping();

  catalog::DescriptionWishes& wishes_;
  const Describer& describer_;
  Mutex mutex_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::deque<Ended> ended_ GUARDED_BY(mutex_);
  std::set<std::int64_t> under_way_;  // the thread's own
  RecurringThread thread_;            // last: it uses all of the above
};

}  // namespace rucola::delivery
