#include "api/throttle.h"

#include <algorithm>
#include <string>

#include "base/hashing.h"

namespace rucola::api {
namespace {

using Clock = Throttle::Clock;
using std::chrono::seconds;

TokenBuckets::Rate per_second(std::int64_t requests, seconds burst) {
  if (requests == 0) return {};
  return {.interval = Clock::duration(seconds{1}) / requests,
          .most = std::max<std::int64_t>(1, requests * burst.count())};
}

TokenBuckets::Rate per_minute(std::int64_t requests) {
  if (requests == 0) return {};
  return {.interval = Clock::duration(seconds{60}) / requests, .most = requests};
}

/// Who waits so long finds a token, if nobody else takes it.
std::unexpected<Error> come_again(std::string message, Clock::duration wait) {
  const seconds whole = std::chrono::ceil<seconds>(wait);
  message.append(" Try again in ")
      .append(std::to_string(whole.count()))
      .append(whole.count() == 1 ? " second." : " seconds.");
  return std::unexpected(
      Error{.code = ErrorCode::too_many_requests, .message = {std::move(message)}, .retry_after = whole});
}

}  // namespace

prometheus::Counter& Throttle::refused_by(const char* limit) {
  return metrics::counter("rucola_api_throttled_total",
                          "Calls of the API answered 429 by a limit of section [api].", {{"limit", limit}});
}

Result<void> Throttle::may_ask_whose(std::string_view credentials, const message::Request& request) {
  const TokenBuckets::Rate rate = per_minute(limits_.get()->wrong_keys_per_minute);
  if (request.share.empty()) return {};
  const auto wait = wrong_keys_.wait(request.share, rate, clock_());
  if (!wait || good_.contains(sha256_hex(credentials))) return {};
  refused_by_address_.Increment();
  return come_again(
      "Too many wrong keys and tokens came from your address, so that others are not looked at.", *wait);
}

void Throttle::note_good(std::string_view credentials) {
  std::string digest = sha256_hex(credentials);
  bool known = false;
  good_.visit(digest, [&known](std::byte& /*nothing*/) {
    known = true;
    return Verdict::keep;
  });
  if (known || !good_.insert(std::move(digest), std::byte{})) return;
  if (++good_count_ > most_remembered && good_.take_coldest()) --good_count_;
}

void Throttle::note_wrong(std::string_view credentials, const message::Request& request) {
  const auto drop = [](std::byte& /*nothing*/) { return Verdict::drop; };
  if (good_.visit(sha256_hex(credentials), drop)) --good_count_;
  if (request.share.empty()) return;
  wrong_keys_.take(request.share, per_minute(limits_.get()->wrong_keys_per_minute), clock_());
}

Result<void> Throttle::admit(std::string_view key_id, std::string_view organization) {
  const auto limits = limits_.get();
  const auto of_key = per_second(limits->requests_per_second, limits->burst);
  const auto of_organization = per_second(limits->organization_requests_per_second, limits->burst);
  const Clock::time_point at = clock_();
  if (const auto wait = keys_.take(key_id, of_key, at)) {
    refused_by_key_.Increment();
    return come_again(
        "This key asks more than " + std::to_string(limits->requests_per_second) + " times a second.", *wait);
  }
  if (organization.empty()) return {};
  if (const auto wait = organizations_.take(organization, of_organization, at)) {
    keys_.give_back(key_id, of_key);
    refused_by_organization_.Increment();
    return come_again("All keys together ask more than " +
                          std::to_string(limits->organization_requests_per_second) +
                          " times a second in the organization \"" + std::string(organization) + "\".",
                      *wait);
  }
  return {};
}

}  // namespace rucola::api
