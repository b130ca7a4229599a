#include "delivery/describe/wish_keeper.h"

#include <array>
#include <utility>

#include "base/log.h"
#include "base/time.h"

namespace rucola::delivery {
namespace {

using std::chrono::minutes;

constexpr std::array delays{minutes{1}, minutes{5}, minutes{15}, minutes{60}, minutes{240}, minutes{1080}};

/// Would it fail again?
bool is_final(ErrorCode code) {
  switch (code) {
    case ErrorCode::overloaded:
    case ErrorCode::too_many_requests:
    case ErrorCode::timed_out:
    case ErrorCode::internal:
    case ErrorCode::storage_full:
      return false;
    default:
      return true;
  }
}

void report(const catalog::DescriptionWish& wish, const Error& error, std::string_view event) {
  log::warning(event, {{"organization", wish.organization},
                       {"hash", wish.hash},
                       {"attempts", wish.attempts + 1},
                       {"message", error.message.text},
                       {"detail", error.detail.text}});
}

}  // namespace

std::optional<minutes> delay_after(std::int32_t failures) {
  const auto index = static_cast<std::size_t>(failures - 1);
  return index < delays.size() ? std::optional(delays.at(index)) : std::nullopt;
}

WishKeeper::WishKeeper(catalog::DescriptionWishes& wishes, const Describer& describer,
                       std::chrono::milliseconds every)
    : wishes_(wishes),
      describer_(describer),
      thread_("descriptions", {.first = std::chrono::milliseconds{0}, .every = every},
              [this](const RecurringThread::Rest& /*rest*/) { go_on(); }) {}

void WishKeeper::stop() {
  const Lock lock(mutex_);
  stopping_ = true;
}

bool WishKeeper::is_stopping() {
  const Lock lock(mutex_);
  return stopping_;
}

void WishKeeper::go_on() {
  if (!describer_.is_there()) return;  // they wait for a start with somebody who makes them
  for (const Ended& ended : take_ended())
    settle(ended);
  if (!is_stopping()) begin_what_is_due();
}

std::deque<WishKeeper::Ended> WishKeeper::take_ended() {
  const Lock lock(mutex_);
  return std::exchange(ended_, {});
}

void WishKeeper::settle(const Ended& ended) {
  under_way_.erase(ended.wish.id);
  std::optional<minutes> delay;
  if (ended.error) {
    if (!is_final(ended.error->code)) delay = delay_after(ended.wish.attempts + 1);
    report(ended.wish, *ended.error, delay ? "description_put_off" : "description_given_up");
  }
  const auto noted = delay ? wishes_.put_off(ended.wish.id, now() + *delay) : wishes_.remove(ended.wish.id);
  if (!noted) log::warning("description_not_noted", {{"why", noted.error().message.text}});
}

void WishKeeper::begin_what_is_due() {
  if (under_way_.size() >= most_at_once) return;
  const auto due = wishes_.due(now(), most_at_once, 2 * most_at_once);
  if (!due) return log::warning("descriptions_not_made", {{"why", due.error().message.text}});
  for (const catalog::DescriptionWish& wish : *due) {
    if (under_way_.size() >= most_at_once) return;
    if (!under_way_.insert(wish.id).second) continue;
    describer_.describe({.organization = wish.organization,
                         .hash = wish.hash,
                         .languages = wish.languages,
                         .force = wish.force},
                        {.organization = wish.organization},
                        [this, wish](const Result<Described>& described) { end(wish, described); });
  }
}

void WishKeeper::end(const catalog::DescriptionWish& wish, const Result<Described>& described) {
  {
    const Lock lock(mutex_);
    if (stopping_) return;
    ended_.push_back({wish, described ? std::nullopt : std::optional(described.error())});
  }
  thread_.wake();
}

}  // namespace rucola::delivery
