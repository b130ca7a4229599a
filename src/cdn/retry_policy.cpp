#include "cdn/retry_policy.h"

#include <algorithm>

namespace rucola::cdn {

std::chrono::milliseconds delay_after(const RetryPolicy& policy, std::int32_t attempts, double jitter,
                                      std::optional<std::chrono::seconds> retry_after) {
  std::chrono::milliseconds delay = policy.first;
  for (std::int32_t i = 1; i < attempts && delay < policy.longest; ++i)
    delay *= 2;
  delay = std::min(delay, policy.longest);

  static constexpr double least_share = 0.8;
  static constexpr double spread = 0.4;
  const double spread_out = static_cast<double>(delay.count()) * (least_share + spread * jitter);
  delay = std::chrono::milliseconds{static_cast<std::int64_t>(spread_out)};

  // Capped as seconds first: what a cache sends may be too large to count in milliseconds.
  const auto most = std::chrono::duration_cast<std::chrono::seconds>(policy.most_patience);
  return std::max<std::chrono::milliseconds>(delay,
                                             std::min(retry_after.value_or(std::chrono::seconds{0}), most));
}

}  // namespace rucola::cdn
