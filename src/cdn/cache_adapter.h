// The port to one cache in front of us: how tags travel in our answers, and how what carries them is emptied.
//
// Threads: purge() belongs to one thread at a time (the adapter keeps a connection open); the other functions
// are const and safe from any thread. purge() blocks, for no longer than the cache's time-out a request.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cdn/settings.h"

namespace rucola::cdn {

struct PurgeOutcome {
  /// How many cached objects went; nothing where the cache does not say.
  std::optional<std::int64_t> objects;
};

class CacheAdapter {
 public:
  CacheAdapter() = default;
  CacheAdapter(const CacheAdapter&) = delete;
  CacheAdapter& operator=(const CacheAdapter&) = delete;
  virtual ~CacheAdapter() = default;

  /// Names the cache in the outbox, in logs and metrics. Stays the same across restarts.
  [[nodiscard]] virtual const std::string& id() const = 0;
  /// The response header in which this cache looks for a render's tags; delivery/ knows how each is written.
  [[nodiscard]] virtual const std::string& tag_header() const = 0;
  /// How many tags one request to the cache may carry; callers may pass more to purge(), which then makes
  /// several requests.
  [[nodiscard]] virtual std::size_t max_tags_per_request() const = 0;

  /// Purges everything that carries any of the tags. Idempotent: where one of several requests failed, the
  /// caller repeats the whole. Success means that the cache has said so for every tag.
  /// Errors: overloaded (429 or 503, with retry_after where the cache named one), timed_out, unprocessable
  /// (any other answer), internal (no connection). The message is for the operator and holds no secret.
  virtual Result<PurgeOutcome> purge(const std::vector<std::string>& tags) = 0;
};

/// Where the secret of a Varnish comes from when the configuration has none: the same variable that the
/// shipped VCL reads, so that it need not be written down at all.
inline constexpr std::string_view purge_secret_variable = "RUCOLA_PURGE_SECRET";
/// The variable's value; empty where it is not set. Call before the first thread starts.
std::string purge_secret_from_environment();

/// One adapter for each entry, in order. Opens no connection yet.
/// Errors: bad_request for an entry without kind, url or secret, with a bad URL or time-out, or with the name
/// of another one.
Result<std::vector<std::unique_ptr<CacheAdapter>>> make_adapters(const std::deque<CacheSettings>& caches,
                                                                 std::string_view environment_secret);

}  // namespace rucola::cdn
