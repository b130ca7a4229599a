// What was found behind the URLs of other servers where a picture of a video was wanted: how long the video
// is, or that it is none. Of a time that has no picture nothing is stored, and there are as many of those as
// anybody cares to write: without it each would fetch the whole video again.
//
// For some minutes, for what is behind a URL may become another thing.
//
// Threads: every function is safe from any; the lock is held for a look-up. Bounds: most_entries, the oldest
// go.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>

#include "base/error.h"
#include "base/mutex.h"
#include "delivery/ingest/film_still.h"

namespace rucola::delivery {

class KnownVideos {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::minutes lasts{5};
  static constexpr std::size_t most_entries = 1000;

  /// `name`: of the URL, and of whoever may know what is behind it.
  void note(const std::string& name, const FilmFacts& film, Clock::time_point now = Clock::now());
  /// As check_has_picture(), where something is known; else nothing is wrong with any time.
  Result<void> check(const std::string& name, std::int32_t time, Clock::time_point now = Clock::now());

 private:
  struct Entry {
    std::string name;
    FilmFacts film{};
    Clock::time_point until{};
  };
  using ByAge = std::list<Entry>;

  Mutex mutex_;
  ByAge by_age_ GUARDED_BY(mutex_);                                              // oldest first
  std::unordered_map<std::string, ByAge::iterator> entries_ GUARDED_BY(mutex_);  // by name
};

}  // namespace rucola::delivery
