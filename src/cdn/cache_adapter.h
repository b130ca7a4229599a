// The port to one cache in front of us: how tags travel in our answers, and how what carries them is emptied.
//
// Threads: purge() belongs to one thread at a time (the adapter keeps a connection open); the other functions
// are safe from any thread. purge() blocks, for no longer than the cache's time-out a request.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/tag_header.h"

namespace rucola::cdn {

struct PurgeOutcome {
  /// How many cached objects went; nothing where the cache does not say.
  std::optional<std::int64_t> objects;
};

/// What every cache has, whatever its kind.
struct CacheIdentity {
  std::string id;  ///< names the cache in the outbox, in logs and metrics; stays the same across restarts
  catalog::TagHeader tag_header;    ///< where it looks for an answer's tags
  std::chrono::seconds timeout{5};  ///< of one purge request
};

class CacheAdapter {
 public:
  explicit CacheAdapter(CacheIdentity identity) : identity_(std::move(identity)) {}
  CacheAdapter(const CacheAdapter&) = delete;
  CacheAdapter& operator=(const CacheAdapter&) = delete;
  virtual ~CacheAdapter() = default;

  [[nodiscard]] const std::string& id() const { return identity_.id; }
  [[nodiscard]] const catalog::TagHeader& tag_header() const { return identity_.tag_header; }
  /// How many tags one request to the cache may carry; callers may pass more to purge(), which then makes
  /// several requests.
  [[nodiscard]] virtual std::size_t max_tags_per_request() const = 0;

  /// Purges everything that carries any of the tags. Idempotent: where one of several requests failed, the
  /// caller repeats the whole. Success means that the cache has said so for every tag.
  /// Errors: overloaded (429 or 503, with retry_after where the cache named one), timed_out, unprocessable
  /// (any other answer), internal (no connection). The message is for the operator and holds no secret.
  virtual Result<PurgeOutcome> purge(const std::vector<std::string>& tags) = 0;
  /// Breaks off a purge() under way, and lets all later ones fail: the server is about to end.
  virtual void cancel() = 0;

 protected:
  [[nodiscard]] std::chrono::seconds timeout() const { return identity_.timeout; }

 private:
  const CacheIdentity identity_;
};

}  // namespace rucola::cdn
