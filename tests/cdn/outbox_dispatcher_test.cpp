#include "cdn/outbox_dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/metrics.h"
#include "cdn/fake_cache.h"
#include "cdn/fake_outbox.h"

namespace rucola::cdn {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Quick, so that a test need not wait for what people would.
constexpr RetryPolicy quick{
    .first = milliseconds{10}, .longest = milliseconds{50}, .most_patience = hours{1}};

class Dispatcher : public ::testing::Test {
 protected:
  std::unique_ptr<OutboxDispatcher> start(const RetryPolicy& policy = quick) {
    return std::make_unique<OutboxDispatcher>(outbox_, adapters_for({cache_.settings("edge")}).value(),
                                              policy);
  }

  FakeOutbox outbox_;
  FakeCache cache_{"varnish"};
};

TEST_F(Dispatcher, DeliversWhatAnEarlierRunLeft) {
  const auto id = outbox_.add("edge", {"a1"}, now() - hours{1});
  const auto dispatcher = start();
  outbox_.wait_for_confirmation(id);
  EXPECT_THAT(cache_.taken(), ElementsAre(ElementsAre("a1")));
  EXPECT_EQ(outbox_.entry(id).objects, 7);
}

TEST_F(Dispatcher, DeliversWhenItIsTold) {
  const auto dispatcher = start();
  for (int i = 0; i < 20; ++i) {
    const auto id = outbox_.add("edge", {"a" + std::to_string(i)});
    dispatcher->notify();
    outbox_.wait_for_confirmation(id);
  }
  EXPECT_EQ(cache_.taken().size(), 20U);
}

TEST_F(Dispatcher, SeesWhatAnotherProcessAsksFor) {
  const auto dispatcher = start();
  const auto first = outbox_.add("edge", {"a1"});
  dispatcher->notify();
  outbox_.wait_for_confirmation(first);
  const auto second = outbox_.add("edge", {"a2"});
  outbox_.ring();
  outbox_.wait_for_confirmation(second);
}

TEST_F(Dispatcher, DeliversTheRepeatWhenItIsDue) {
  const Time due = now() + milliseconds{400};
  const auto first = outbox_.add("edge", {"a1"});
  const auto repeat = outbox_.add("edge", {"a1"}, due, 2);
  const auto dispatcher = start();
  outbox_.wait_for_confirmation(first);
  EXPECT_FALSE(outbox_.entry(repeat).confirmed && now() < due);
  outbox_.wait_for_confirmation(repeat);
  EXPECT_GE(now(), due);
  EXPECT_EQ(cache_.taken().size(), 2U);
}

TEST_F(Dispatcher, MergesWhatIsDueTogether) {
  const auto first = outbox_.add("edge", {"a1", "i1"}, now() - seconds{3});
  const auto second = outbox_.add("edge", {"a2"}, now() - seconds{2});
  const auto third = outbox_.add("edge", {"a1", "a3"}, now() - seconds{1});
  const auto dispatcher = start();
  for (const auto id : {first, second, third})
    outbox_.wait_for_confirmation(id);
  EXPECT_THAT(cache_.taken(), ElementsAre(ElementsAre("a1", "i1", "a2", "a3")));
  EXPECT_FALSE(outbox_.entry(first).objects) << "the count of a request belongs to none of its deliveries";
}

TEST_F(Dispatcher, MergesNoMoreThanTheCacheTakes) {
  std::int64_t last = 0;
  for (int i = 0; i < 250; ++i)
    last = outbox_.add("edge", {"a" + std::to_string(i)}, now() - seconds{1000 - i});
  const auto dispatcher = start();
  outbox_.wait_for_confirmation(last);
  std::vector<std::size_t> sizes;
  for (const auto& request : cache_.taken())
    sizes.push_back(request.size());
  EXPECT_THAT(sizes, ElementsAre(100, 100, 50));
}

TEST_F(Dispatcher, TriesAgainUntilTheCacheConfirms) {
  cache_.set_trouble(FakeCache::status(500));
  const auto id = outbox_.add("edge", {"a1"});
  const auto dispatcher = start();
  outbox_.wait_for_attempts(id, 3);
  EXPECT_THAT(outbox_.entry(id).last_error, HasSubstr("status 500"));
  cache_.set_trouble(nullptr);
  outbox_.wait_for_confirmation(id);
  EXPECT_THAT(cache_.taken(), ElementsAre(ElementsAre("a1")));
}

TEST_F(Dispatcher, SurvivesACacheThatBreaksOff) {
  cache_.set_trouble(FakeCache::break_off());
  const auto id = outbox_.add("edge", {"a1"});
  const auto dispatcher = start();
  outbox_.wait_for_attempts(id, 2);
  cache_.set_trouble(nullptr);
  outbox_.wait_for_confirmation(id);
}

TEST_F(Dispatcher, WaitsAsLongAsTheCacheAsksFor) {
  cache_.set_trouble(FakeCache::status(429, {"Retry-After: 600"}));
  const auto id = outbox_.add("edge", {"a1"});
  const Time started = now();
  const auto dispatcher = start();
  outbox_.wait_for_attempts(id, 1);
  EXPECT_GE(outbox_.entry(id).delivery.due, started + seconds{600});
  EXPECT_EQ(outbox_.entry(id).delivery.attempts, 1);
}

TEST_F(Dispatcher, WhenTheCacheIsBackEverythingThatWaitedGoesAtOnce) {
  const auto waits_for_retry = outbox_.add("edge", {"a1"}, now() + seconds{200}, 1, 7);
  const auto repeat = outbox_.add("edge", {"a2"}, now() + seconds{30}, 2, 0);
  const auto fresh = outbox_.add("edge", {"a3"});
  cache_.set_trouble(FakeCache::status(503));
  const auto dispatcher = start({.first = milliseconds{10}, .longest = seconds{300}});
  outbox_.wait_for_attempts(fresh, 1);
  cache_.set_trouble(nullptr);
  outbox_.wait_for_confirmation(fresh);
  outbox_.wait_for_confirmation(waits_for_retry);
  EXPECT_FALSE(outbox_.entry(repeat).confirmed) << "a repeat is late on purpose";
}

TEST_F(Dispatcher, ASlowCacheHoldsUpNoOther) {
  FakeCache slow("webhook");
  slow.set_trouble(FakeCache::hang());
  auto slow_settings = slow.settings("slow");
  slow_settings.timeout = seconds{60};
  const auto stuck = outbox_.add("slow", {"a1"}, now() - seconds{1});
  OutboxDispatcher dispatcher(outbox_, adapters_for({slow_settings, cache_.settings("edge")}).value(), quick);
  slow.server().wait_for_requests(1);
  const auto id = outbox_.add("edge", {"a1"});
  dispatcher.notify();
  outbox_.wait_for_confirmation(id);
  EXPECT_FALSE(outbox_.entry(stuck).confirmed);
  slow.set_trouble([](FakeCache::Peer& peer) { peer.reply(200, ""); });
  slow.server().end_connections();
  outbox_.wait_for_confirmation(stuck);
}

TEST_F(Dispatcher, ADeadCacheHoldsUpNoOther) {
  const testing::DeadPort port;
  auto dead = cache_.settings("dead");
  dead.url = port.url();
  const auto stuck = outbox_.add("dead", {"a1"}, now() - seconds{1});
  const auto id = outbox_.add("edge", {"a1"});
  const OutboxDispatcher dispatcher(outbox_, adapters_for({dead, cache_.settings("edge")}).value(), quick);
  outbox_.wait_for_confirmation(id);
  outbox_.wait_for_attempts(stuck, 3);
}

TEST_F(Dispatcher, LeavesPurgesForUnknownCachesAlone) {
  const auto orphan = outbox_.add("gone", {"a1"}, now() - hours{1});
  const auto id = outbox_.add("edge", {"a2"});
  const auto dispatcher = start();
  outbox_.wait_for_confirmation(id);
  EXPECT_FALSE(outbox_.entry(orphan).confirmed);
  EXPECT_EQ(outbox_.entry(orphan).delivery.attempts, 0);
  EXPECT_THAT(metrics::expose(), HasSubstr(R"(rucola_purges_pending{cache="gone"} 1)"));
}

TEST_F(Dispatcher, SurvivesAnOutboxThatFailsForAWhile) {
  outbox_.fail_next_reads(1);
  const auto id = outbox_.add("edge", {"a1"});
  const auto dispatcher = start();
  outbox_.wait_for_confirmation(id);
}

TEST_F(Dispatcher, WhatIsThrownInALaneEndsNeitherItNorTheProgram) {
  outbox_.throw_in_next_reads(1);
  const auto id = outbox_.add("edge", {"a1"});
  const auto dispatcher = start();
  outbox_.wait_for_confirmation(id);
}

TEST_F(Dispatcher, WhatTravelsTogetherIsRecordedInOneTransaction) {
  std::int64_t last = 0;
  for (int i = 0; i < 300; ++i)
    last = outbox_.add("edge", {"a" + std::to_string(i)}, now() - seconds{1000 - i});
  cache_.set_trouble(FakeCache::status(500));
  const auto dispatcher = start();
  outbox_.wait_for_attempts(1, 1);
  cache_.set_trouble(nullptr);
  outbox_.wait_for_confirmation(last);
  // Hundreds would be one a delivery; a request carries a hundred tags, and each of a few failed ones costs
  // one.
  EXPECT_LT(outbox_.transactions(), 30);
}

TEST_F(Dispatcher, PurgesAgainWhereTheConfirmationWasLost) {
  outbox_.fail_next_confirmations(1);
  const auto id = outbox_.add("edge", {"a1"});
  const auto dispatcher = start();
  outbox_.wait_for_confirmation(id);
  EXPECT_EQ(cache_.taken().size(), 2U);
}

/// A cache that says nothing held the end of the server up for as long as its time-out allows.
TEST_F(Dispatcher, StopBreaksOffTheRequestInFlight) {
  cache_.set_trouble(FakeCache::hang());
  const auto id = outbox_.add("edge", {"a1"});
  const auto dispatcher = start();
  cache_.server().wait_for_requests(1);
  dispatcher->stop();
  EXPECT_FALSE(outbox_.entry(id).confirmed) << "it waits for the next start";
  EXPECT_EQ(outbox_.entry(id).delivery.attempts, 0) << "which is not the cache's fault";
}

TEST_F(Dispatcher, StopDoesNotWaitForRetries) {
  cache_.set_trouble(FakeCache::status(429, {"Retry-After: 3600"}));
  const auto id = outbox_.add("edge", {"a1"});
  const auto dispatcher = start();
  outbox_.wait_for_attempts(id, 1);
  dispatcher->stop();
  dispatcher->stop();
  EXPECT_FALSE(outbox_.entry(id).confirmed);
}

TEST_F(Dispatcher, WithoutCachesThereIsNothingToDo) {
  OutboxDispatcher dispatcher(outbox_, {});
  dispatcher.notify();
  dispatcher.stop();
}

TEST_F(Dispatcher, ShowsWhatIsPendingBeforeTheFirstAttemptEnds) {
  const std::string name = "hanging-" + random_token(8);
  cache_.set_trouble(FakeCache::hang());
  outbox_.add(name, {"a1"});
  const OutboxDispatcher dispatcher(outbox_, adapters_for({cache_.settings(name)}).value(), quick);
  cache_.server().wait_for_requests(1);
  EXPECT_TRUE(metrics::expose().contains("rucola_purges_pending{cache=\"" + name + "\"} 1"));
  cache_.set_trouble(nullptr);
  cache_.server().end_connections();
}

TEST_F(Dispatcher, CountsWhatItDoes) {
  const std::string name = "counted-" + random_token(8);  // the counters outlive the test
  cache_.set_trouble(FakeCache::status(500));
  const auto id = outbox_.add(name, {"a1"});
  const OutboxDispatcher dispatcher(outbox_, adapters_for({cache_.settings(name)}).value(), quick);
  outbox_.wait_for_attempts(id, 1);
  cache_.set_trouble(nullptr);
  outbox_.wait_for_confirmation(id);
  const std::string text = metrics::expose();
  for (const std::string& line :
       {"rucola_purge_deliveries_total{cache=\"" + name + "\",outcome=\"confirmed\"} 1",
        "rucola_purge_deliveries_total{cache=\"" + name + "\",outcome=\"failed\"} ",
        "rucola_purge_delivery_seconds_count{cache=\"" + name + "\"} 1",
        "rucola_purges_pending{cache=\"" + name + "\"} "}) {
    EXPECT_TRUE(text.contains(line)) << line;
  }
}

}  // namespace
}  // namespace rucola::cdn
