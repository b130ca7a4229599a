// When a failed delivery is tried again. Pure and thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace rucola::cdn {

struct RetryPolicy {
  std::chrono::milliseconds first{1000};
  std::chrono::milliseconds longest{std::chrono::minutes{5}};
  /// A cache that asks for more patience than this is asked earlier than it wants.
  std::chrono::milliseconds most_patience{std::chrono::hours{1}};
};

/// How long to wait after `attempts` failures, of which there was at least one: the first delay doubled with
/// each, up to the longest; `jitter` from 0 to 1 spreads it by a fifth to either side, so that many
/// deliveries which failed together don't come back together. Never shorter than what the cache asked for.
std::chrono::milliseconds delay_after(const RetryPolicy& policy, std::int32_t attempts, double jitter,
                                      std::optional<std::chrono::seconds> retry_after);

}  // namespace rucola::cdn
