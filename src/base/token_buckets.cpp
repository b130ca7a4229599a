#include "base/token_buckets.h"

#include <algorithm>
#include <string>

namespace rucola {
namespace {

using Clock = TokenBuckets::Clock;

/// How long it takes until a bucket that will be full again then has a token.
std::optional<Clock::duration> until_a_token(Clock::time_point full_at, const TokenBuckets::Rate& rate,
                                             Clock::time_point at) {
  const Clock::time_point first = full_at - rate.interval * (rate.most - 1);
  return first > at ? std::optional(first - at) : std::nullopt;
}

}  // namespace

std::optional<Clock::duration> TokenBuckets::take(std::string_view name, const Rate& rate,
                                                  Clock::time_point at) {
  if (rate.interval == Clock::duration::zero()) return std::nullopt;
  std::optional<Clock::duration> wait;
  bool found = false;
  buckets_.visit(name, [&](Clock::time_point& full_at) {
    found = true;
    wait = until_a_token(full_at, rate, at);
    if (!wait) full_at = std::max(full_at, at) + rate.interval;
    return Verdict::keep;
  });
  if (!found) add(name, at + rate.interval);
  return wait;
}

std::optional<Clock::duration> TokenBuckets::wait(std::string_view name, const Rate& rate,
                                                  Clock::time_point at) {
  if (rate.interval == Clock::duration::zero()) return std::nullopt;
  std::optional<Clock::duration> wait;
  buckets_.visit(name, [&](const Clock::time_point& full_at) {
    wait = until_a_token(full_at, rate, at);
    return Verdict::keep;
  });
  return wait;
}

void TokenBuckets::give_back(std::string_view name, const Rate& rate) {
  buckets_.visit(name, [&](Clock::time_point& full_at) {
    full_at -= rate.interval;
    return Verdict::keep;
  });
}

/// Where another thread was faster, this one's token is a present.
void TokenBuckets::add(std::string_view name, Clock::time_point full_at) {
  if (!buckets_.insert(std::string(name), full_at)) return;
  if (++size_ > most_ && buckets_.take_coldest()) --size_;
}

}  // namespace rucola
