// What is delivered for each organization: counted as it is sent (message/traffic_meter.h), and written into
// the catalog every few seconds. What was counted since then is lost with the process where that ends without
// its destructor.
//
// A note is one commit, however many organizations it is about, and there is none where nothing was
// delivered. It rings the catalog's bell as every commit does: the next hit waits for one reading of the
// feed, which finds nothing (docs/architecture.md, Why no answer is stale).
//
// Threads: meter_of() from any, for a look-up under a lock: once an answer, not once a hit. One of its own
// writes, and blocks on the catalog. Ownership: `usage` outlives the object; who has a meter keeps it alive,
// but what is counted after the object's end is not written. Bounds: a meter for each organization of which
// something is under way, is kept as a hot answer, or was delivered since the last note but one.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/recurring_thread.h"
#include "base/time.h"
#include "catalog/usage.h"
#include "message/traffic_meter.h"

namespace rucola::delivery {

class TrafficBook {
 public:
  explicit TrafficBook(catalog::Usage& usage, std::chrono::milliseconds every = std::chrono::seconds{10});
  TrafficBook(const TrafficBook&) = delete;
  TrafficBook& operator=(const TrafficBook&) = delete;
  /// Writes what is left.
  ~TrafficBook();

  [[nodiscard]] std::shared_ptr<message::TrafficMeter> meter_of(std::string_view organization);

  /// On the day on which the time since the last note began. What could not be written counts as not written
  /// yet. Errors: those of the catalog.
  Result<void> write_blocking();

 private:
  struct Taken {
    std::shared_ptr<message::TrafficMeter> meter;
    catalog::NewTraffic traffic;
  };

  std::vector<Taken> take_all();

  catalog::Usage& usage_;
  Mutex mutex_;
  std::map<std::string, std::shared_ptr<message::TrafficMeter>, std::less<>> meters_ GUARDED_BY(mutex_);
  Time since_ GUARDED_BY(mutex_) = now();  ///< when the last note was
  std::optional<RecurringThread> thread_;  // last: it uses all of the above
};

}  // namespace rucola::delivery
