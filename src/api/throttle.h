// How much may be asked of the API: of one key, in one organization, and by addresses from which wrong keys
// come. What is too much is answered 429 before its body is read.
//
// A wrong key, or token, takes a look into the catalog, and of them there are as many as somebody likes to
// make up. So where too many have come from one address, keys that were not seen to be good lately are not
// looked up there any more; those that were go on, since an address may be that of many people.
//
// Threads: every function from any thread; none blocks. Bounds: `most_remembered` of each kind; who is
// remembered least recently is forgotten, and begins with everything that he may have.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/live.h"
#include "base/metrics.h"
#include "base/sharded_lru.h"
#include "base/token_buckets.h"
#include "message/request.h"

namespace rucola::api {

/// May change while the server runs. 0 = no bound.
struct ThrottleLimits {
  std::int64_t requests_per_second = 500;                ///< of one key
  std::int64_t organization_requests_per_second = 2000;  ///< of all keys together
  std::chrono::seconds burst{20};                        ///< so long a pause's requests may come at once
  std::int64_t wrong_keys_per_minute = 60;               ///< from one address
};

class Throttle {
 public:
  static constexpr std::size_t most_remembered = 20'000;

  using Clock = TokenBuckets::Clock;

  /// `clock` says what time it is.
  explicit Throttle(ThrottleLimits limits, std::function<Clock::time_point()> clock = Clock::now)
      : clock_(std::move(clock)), limits_(limits) {}

  void replace(ThrottleLimits limits) { limits_.replace(limits); }

  /// Before it is asked whose key it is. `credentials` is the key, or the token, as it was sent. A request
  /// that is nobody's share (of a trusted proxy that names no client) may. Errors: too_many_requests.
  Result<void> may_ask_whose(std::string_view credentials, const message::Request& request);
  /// What the answer was.
  void note_good(std::string_view credentials);
  void note_wrong(std::string_view credentials, const message::Request& request);

  /// Takes one request of the key, and of the organization into which it was let, which may be none.
  /// Errors: too_many_requests, and takes none.
  Result<void> admit(std::string_view key_id, std::string_view organization);

 private:
  static prometheus::Counter& refused_by(const char* limit);

  const std::function<Clock::time_point()> clock_;
  Live<ThrottleLimits> limits_;
  TokenBuckets keys_{most_remembered};
  TokenBuckets organizations_{most_remembered};
  TokenBuckets wrong_keys_{most_remembered};
  ShardedLru<std::byte> good_;  // digests of what was good lately
  std::atomic<std::size_t> good_count_{0};
  prometheus::Counter& refused_by_key_ = refused_by("key");
  prometheus::Counter& refused_by_organization_ = refused_by("organization");
  prometheus::Counter& refused_by_address_ = refused_by("address");
};

}  // namespace rucola::api
