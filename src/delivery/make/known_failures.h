// Renders that took too long or killed their workers, remembered for some minutes, for the organization that
// they were for: whoever asks again is told so at once, instead of costing a worker the same time or life.
// Not for ever: a machine that is short of memory fails what it could do a moment later. What was starved of
// processor time is not remembered at all: that says nothing of the render.
//
// A render of which no file has as few bytes as were allowed (max_bytes) is remembered as well: it takes a
// search to say so. That is the same whenever it is asked for, so nobody is told to come back later.
//
// Of what other renders can be made without (a pyramid), every failure is remembered: each tile would wait
// for the same one again.
//
// A source is remembered as well, once two different plans of it have killed workers. It is blamed only where
// nothing else can be: by plans of this one file as it is, and in the organization that they were for.
//
// So is a drawing (SVG, PDF; with the same changes, if any), once two different plans have overrun their time
// that draw it once, and have nothing else in them that takes long: a thousand sizes of it would cost a
// thousand times that. Then it isn't drawn at those sizes and larger ones, nor at what is not much smaller,
// which is told from how often it was wrong to think so: a large map is quick as a thumbnail. A bitmap never
// is: all of it was decoded in time when it came in.
//
// Threads: every function is safe from any thread; the lock is held for a few look-ups. Bounds: most_entries,
// the oldest go.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"
#include "render/plan/cost.h"
#include "render/planning/planner.h"

namespace rucola::delivery {

/// That there is no place says nothing about the thing, nor does that everybody has left.
bool is_passing(const Error& error);
/// It had its time, and was not starved of processor time meanwhile.
bool took_too_long(const Error& error);

class KnownFailures {
 public:
  using Clock = std::chrono::steady_clock;
  using Files = std::vector<render::PlannedFile>;
  static constexpr std::chrono::minutes lasts{5};
  static constexpr std::size_t most_entries = 1000;

  KnownFailures();

  /// A render or a measurement.
  struct Attempt {
    const std::string& key;
    std::string_view organization;
    const Files& files;
    const render::Plan& plan;
    render::Cost cost{};  ///< as it was estimated
  };

  /// What is known of it, or of a file of its; where it may be otherwise later, the error says for how long
  /// it is known (retry_after).
  std::optional<Error> find(const Attempt& attempt, Clock::time_point now = Clock::now());
  /// Remembers what is of that kind; false for every other error.
  bool note(const Attempt& attempt, const Error& error, Clock::time_point now = Clock::now());
  /// Of what can be done without: whatever is not passing, and has not been starved of processor time.
  void note_dispensable(const Attempt& attempt, const Error& error, Clock::time_point now = Clock::now());

 private:
  struct Counters;
  struct Entry {
    std::string name;
    std::optional<Error> error{};  ///< nothing: a source that has failed one plan
    std::string by{};              ///< the first plan that failed
    Clock::time_point until{};
    std::int64_t from_pixels = 0;  ///< of a drawing: smaller ones may be tried
    int times = 0;                 ///< of a drawing: that something smaller was thought possible, and was not
  };
  using ByAge = std::list<Entry>;

  Entry* known(const std::string& name, Clock::time_point now) REQUIRES(mutex_);
  Entry& renewed(const std::string& name, Clock::time_point now) REQUIRES(mutex_);
  void blame_source(const std::string& name, const std::string& key, Clock::time_point now) REQUIRES(mutex_);
  void blame_drawing(const Attempt& attempt, Clock::time_point now) REQUIRES(mutex_);
  const Entry* known_source(const Attempt& attempt, Clock::time_point now) REQUIRES(mutex_);

  Counters& counters_;
  Mutex mutex_;
  ByAge by_age_ GUARDED_BY(mutex_);                                              // oldest first
  std::unordered_map<std::string, ByAge::iterator> entries_ GUARDED_BY(mutex_);  // by name
};

}  // namespace rucola::delivery
