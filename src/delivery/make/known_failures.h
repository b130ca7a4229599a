// Renders that took too long or killed their workers, remembered for some minutes: whoever asks again is told
// so at once, instead of costing a worker the same time or life. Not for ever: a machine that is short of
// memory or time fails what it could do a moment later.
//
// Of what other renders can be made without (a pyramid), every failure is remembered: each tile would wait
// for the same one again.
//
// A source is remembered as well, once two different plans of it have killed workers. It is blamed only where
// nothing else can be: by plans of this one file as it is, and in the organization that they were for.
//
// Threads: every function is safe from any thread; the lock is held for a few look-ups. Bounds: most_entries,
// the oldest go.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"
#include "render/planning/planner.h"

namespace rucola::delivery {

/// That there is no place says nothing about the thing, nor does that everybody has left.
bool is_passing(const Error& error);

class KnownFailures {
 public:
  using Clock = std::chrono::steady_clock;
  using Files = std::vector<render::PlannedFile>;
  static constexpr std::chrono::minutes lasts{5};
  static constexpr std::size_t most_entries = 1000;

  KnownFailures();

  /// What is known of the render or measurement of that key, or of a file of its; the error says for how long
  /// it is known (retry_after).
  std::optional<Error> find(const std::string& key, std::string_view organization, const Files& files,
                            Clock::time_point now = Clock::now());
  /// Remembers what is of that kind; false for every other error.
  bool note(const std::string& key, std::string_view organization, const Files& files,
            const render::Plan& plan, const Error& error, Clock::time_point now = Clock::now());
  /// Of what can be done without: whatever is not passing.
  void note_dispensable(const std::string& key, const Error& error, Clock::time_point now = Clock::now());

 private:
  struct Counters;
  struct Entry {
    std::string name;
    std::optional<Error> error;  ///< nothing: a source that has killed for one plan
    std::string by;              ///< the first plan that did
    Clock::time_point until;
  };
  using ByAge = std::list<Entry>;

  Entry* known(const std::string& name, Clock::time_point now) REQUIRES(mutex_);
  Entry& renewed(const std::string& name, Clock::time_point now) REQUIRES(mutex_);
  void blame_source(const std::string& name, const std::string& key, Clock::time_point now) REQUIRES(mutex_);

  Counters& counters_;
  Mutex mutex_;
  ByAge by_age_ GUARDED_BY(mutex_);                                              // oldest first
  std::unordered_map<std::string, ByAge::iterator> entries_ GUARDED_BY(mutex_);  // by name
};

}  // namespace rucola::delivery
