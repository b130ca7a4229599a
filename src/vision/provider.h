// The service that describes and labels pictures, as its operator has named it by a URL.
//
// Threads: any, several at once; ask_blocking() blocks for up to the time-out: call it on a blocking
// executor. Cancellation: the departure of who waits for an answer breaks off the one question, without an
// answer: overloaded. cancel(), from any thread, breaks off what is under way and refuses what comes later:
// overloaded.
#pragma once

#include <memory>
#include <set>

#include "base/departure.h"
#include "base/error.h"
#include "base/http_client.h"
#include "base/mutex.h"
#include "vision/exchange.h"
#include "vision/settings.h"

namespace rucola::vision {

class Provider {
 public:
  explicit Provider(Settings settings) : settings_(std::move(settings)) {}
  Provider(const Provider&) = delete;
  Provider& operator=(const Provider&) = delete;
  ~Provider() = default;

  /// Errors: not_implemented where nobody is named.
  [[nodiscard]] Result<void> is_there() const;
  /// Errors: those of is_there() and opinion_of(); timed_out; overloaded where it can't be reached.
  Result<Opinion> ask_blocking(const Question& question, const std::shared_ptr<Departure>& departure);
  void cancel();

 private:
  const Settings settings_;
  Mutex mutex_;
  std::set<HttpClient*> under_way_ GUARDED_BY(mutex_);
  bool cancelled_ GUARDED_BY(mutex_) = false;
};

}  // namespace rucola::vision
