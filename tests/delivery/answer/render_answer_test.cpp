#include "delivery/answer/render_answer.h"

#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

using namespace std::chrono_literals;

const Time second = Time{1'700'000'000s};

message::Response answer(Time changed, Time looked_up, Time rendered, bool is_dated) {
  message::Request request;
  request.host = "acme.localhost";
  request.target = request.path = "/dynamic/noop/aaaaaa.jpg";
  const Asked asked(std::move(request), "localhost");
  const AskedUrl url;
  Resolved resolved;
  resolved.organization.options_json = "{}";
  resolved.depends_on_changes_until = changed;
  resolved.is_dated = is_dated;
  return answer_about_render({asked, url, resolved, looked_up}, {},
                             {.digest = std::string(64, 'a'), .rendered = rendered}, cache_status_validator,
                             {});
}

/// What a client that was answered about a change at `changed`, looked up at `looked_up`, may compare.
std::optional<Time> validator(Time changed, Time looked_up, Time rendered = {}) {
  return answer(changed, looked_up, rendered, true).last_modified;
}

TEST(RenderAnswer, ADateIsNoValidatorBeforeItTellsChangesApart) {
  EXPECT_EQ(validator(second, second), std::nullopt);
  EXPECT_EQ(validator(second + 999ms, second + 2999ms), std::nullopt);
  EXPECT_EQ(validator(second + 999ms, second + 3s), second + 3s);
}

/// `ceil` gave a change in the first millisecond of a second that very second.
TEST(RenderAnswer, AChangeInTheFirstMillisecondOfASecondIsNoException) {
  EXPECT_EQ(validator(second, second + 1h), second + 3s);
  EXPECT_EQ(validator(second - 1ms, second + 1h), second + 2s);
}

/// A move whose time was :23.99 was committed at :24.003; who asked between held a date that matched after
/// it.
TEST(RenderAnswer, WhoCouldNotSeeAMoveHoldsNoDateOfIt) {
  const Time before = second + 900ms;
  const Time moved = second + 990ms;
  const Time committed = second + 1003ms;
  EXPECT_EQ(validator(before, committed - 1ms), std::nullopt);
  EXPECT_EQ(validator(moved, committed + 1h), second + 3s);
}

/// The first answer said "now", and later ones a date three seconds after it.
TEST(RenderAnswer, TheFirstAnswerSaysTheDateOfAllLaterOnes) {
  const Time rendered = second + 1700ms;
  for (const auto later : {0ms, 1ms, 999ms, 3s + 0ms, 1h + 0ms})
    EXPECT_EQ(validator(second - 10s, rendered + later, rendered), second + 1s);
  EXPECT_EQ(validator(second - 10s, rendered - 1s, rendered), std::nullopt) << "who waited for another one's";
}

/// A render takes its time; what is changed meanwhile leads to one that may have been made long before.
TEST(RenderAnswer, AChangeWhileARenderIsMadeHasALaterDate) {
  const Time looked_up = second + 500ms;
  const auto held = validator({}, looked_up, looked_up);
  const auto shown = validator(looked_up + 1ms, second + 1h, second - 1h);
  ASSERT_TRUE(held && shown);
  EXPECT_GT(*shown, *held);
}

/// The picture of another fallback may be older than the one that was shown: its date matched.
TEST(RenderAnswer, WhatNoDateTellsFromWhatComesAfterItHasNone) {
  for (const auto later : {0ms, 1h + 0ms}) {
    const auto undated = answer(second, second + later, second - 1h, false);
    EXPECT_EQ(undated.last_modified, std::nullopt);
    EXPECT_FALSE(undated.headers.has("Last-Modified")) << "not even now";
    EXPECT_FALSE(undated.etag.empty());
  }
}

TEST(CacheStatus, SaysStoredOnlyWhereSomethingWas) {
  EXPECT_EQ(cache_status_of(RenderSource::rendered, true), "fwd=miss; stored");
  EXPECT_EQ(cache_status_of(RenderSource::rendered, false), "fwd=miss");
  EXPECT_EQ(cache_status_of(RenderSource::memory, true), "hit; detail=memory");
  EXPECT_EQ(cache_status_of(RenderSource::disk, true), "hit; detail=disk");
}

}  // namespace
}  // namespace rucola::delivery
