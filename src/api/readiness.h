// Can the catalog be read and written? Asked anew by every probe, but never for longer than a probe has
// patience: while one question has no answer yet, no other is put.
//
// Threads: ask_blocking() from any; the catalog is asked on a thread of its own. Ownership: what `check` uses
// outlives the object, whose end waits for a question under way. Errors: what the catalog says; overloaded
// where it says nothing in time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

#include "base/error.h"
#include "base/mutex.h"

namespace rucola::api {

class Readiness {
 public:
  /// `check` asks the catalog, and blocks until it answers.
  explicit Readiness(std::function<Result<void>()> check,
                     std::chrono::milliseconds patience = std::chrono::seconds{1});
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;
  ~Readiness();

  Result<void> ask_blocking();

 private:
  void run();

  const std::function<Result<void>()> check_;
  const std::chrono::milliseconds patience_;
  Mutex mutex_;
  Condition asked_;                               // waits for: wanted_ beyond answers_, or stopping_
  Condition answered_;                            // waits for: answers_ to reach its own question
  std::uint64_t wanted_ GUARDED_BY(mutex_) = 0;   // the last question
  std::uint64_t answers_ GUARDED_BY(mutex_) = 0;  // the last question that was answered
  Result<void> answer_ GUARDED_BY(mutex_);        // to that one
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace rucola::api
