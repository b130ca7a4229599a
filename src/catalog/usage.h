// The port to what organizations use, by day (UTC): what they store, and what was delivered for them. store.h
// says what holds for all ports.
//
// What is stored is written by triggers of the schema in the transaction that changes it; what was delivered
// comes in by add_traffic(), from every server on the folder.
//
// Errors: not_found (the organization).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace rucola::catalog {

using Day = std::chrono::sys_days;

/// Both inclusive.
struct Days {
  Day first;
  Day last;
};

/// As it stood at the end of the day, or stands now.
struct StorageOfDay {
  Day day;
  std::int64_t images = 0;  ///< that are not deleted
  std::int64_t bytes = 0;   ///< of their files; one that several of them have counts once
  friend bool operator==(const StorageOfDay&, const StorageOfDay&) = default;
};

struct TrafficOfDay {
  Day day;
  std::int64_t downloads = 0;       ///< answers with a body, or a part of one
  std::int64_t bytes = 0;           ///< of these bodies, as they were sent
  std::int64_t original_bytes = 0;  ///< that would have been sent, had the originals been
  friend bool operator==(const TrafficOfDay&, const TrafficOfDay&) = default;
};

struct NewTraffic {
  std::string organization;
  TrafficOfDay traffic;
};

/// By day, the oldest first.
struct UsageByDay {
  std::vector<StorageOfDay> storage;  ///< as each_day() gives it
  std::vector<TrafficOfDay> traffic;  ///< days without any are left out
};

class Usage {
 public:
  Usage() = default;
  Usage(const Usage&) = delete;
  Usage& operator=(const Usage&) = delete;
  virtual ~Usage() = default;

  /// In addition to what there is; all or nothing. What comes for an organization that is not there goes.
  virtual Result<void> add_traffic(const std::vector<NewTraffic>& traffic) = 0;
  /// Up to today.
  virtual Result<UsageByDay> by_day(std::string_view organization, const Days& days) = 0;
};

/// A day in `days` each, from the first of which something is known: what changed on none of them stands as
/// it did before. `changes`: the days on which something changed, the oldest first, and the last one before
/// `days`.
std::vector<StorageOfDay> each_day(const std::vector<StorageOfDay>& changes, const Days& days);

}  // namespace rucola::catalog
