#include <algorithm>
#include <atomic>
#include <thread>

#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::PurgeDelivery;
using catalog::PurgeKind;
using catalog::PurgeRequest;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Time noon{seconds{1'700'000'000}};

class StorePurges : public StoreConformance {
 protected:
  static PurgeRequest purge(std::int64_t calls_per_hour = 10) {
    return {.organization = "acme",
            .kind = PurgeKind::alias,
            .name = "logo",
            .tags = {"a0123456789abcdef", "o0123456789abcdef"},
            .caches = {"varnish-1", "varnish-2"},
            .calls_per_hour = calls_per_hour,
            .repeat_after = seconds{35}};
  }

  [[nodiscard]] std::vector<PurgeDelivery> due(std::string_view cache, Time at) const {
    return store->purge_outbox().due(cache, at, 1000).value();
  }
};
INSTANTIATE_TEST_SUITE_P(Adapters, StorePurges, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StorePurges, GoToEveryCacheTwice) {
  ASSERT_TRUE(store->purges().request(purge(), noon).value().admitted);
  for (const char* cache : {"varnish-1", "varnish-2"}) {
    const auto at_once = due(cache, noon);
    ASSERT_EQ(at_once.size(), 1U);
    EXPECT_EQ(at_once[0].cache, cache);
    EXPECT_EQ(at_once[0].organization, "acme");
    EXPECT_EQ(at_once[0].kind, PurgeKind::alias);
    EXPECT_EQ(at_once[0].name, "logo");
    EXPECT_THAT(at_once[0].tags, ElementsAre("a0123456789abcdef", "o0123456789abcdef"));
    EXPECT_EQ(at_once[0].round, 1);
    EXPECT_EQ(at_once[0].attempts, 0);
    EXPECT_EQ(at_once[0].created, noon);
    EXPECT_EQ(at_once[0].due, noon);

    EXPECT_EQ(due(cache, noon + milliseconds{34'999}).size(), 1U);
    const auto both = due(cache, noon + seconds{35});
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].round, 1);
    EXPECT_EQ(both[1].round, 2);
  }
  EXPECT_THAT(due("another", noon + hours{1}), IsEmpty());
  EXPECT_THAT(due("varnish-1", noon - milliseconds{1}), IsEmpty());
  EXPECT_EQ(store->purge_outbox().due("varnish-1", noon + hours{1}, 1).value().size(), 1U);
}

TEST_P(StorePurges, KeepTheirKind) {
  for (const PurgeKind kind : {PurgeKind::alias, PurgeKind::stack, PurgeKind::source_image}) {
    PurgeRequest request = purge();
    request.kind = kind;
    request.caches = {std::string(catalog::name_of(kind))};
    ASSERT_THAT(store->purges().request(request, noon), Succeeds());
    EXPECT_EQ(due(catalog::name_of(kind), noon).at(0).kind, kind);
  }
}

TEST_P(StorePurges, AreGoneOnceConfirmed) {
  ASSERT_THAT(store->purges().request(purge(), noon), Succeeds());
  const std::int64_t id = due("varnish-1", noon).at(0).id;
  ASSERT_THAT(store->purge_outbox().confirm({{id, 3}}, noon), Succeeds());
  ASSERT_THAT(store->purge_outbox().confirm({{id, std::nullopt}}, noon), Succeeds());
  EXPECT_THAT(due("varnish-1", noon), IsEmpty());
  EXPECT_EQ(due("varnish-2", noon).size(), 1U);
  ASSERT_THAT(store->purge_outbox().put_off({{id, noon, "too late"}}), Succeeds());
  EXPECT_THAT(due("varnish-1", noon), IsEmpty());
}

TEST_P(StorePurges, ComeBackLaterAfterAFailure) {
  ASSERT_THAT(store->purges().request(purge(), noon), Succeeds());
  const std::int64_t id = due("varnish-1", noon).at(0).id;
  ASSERT_THAT(store->purge_outbox().put_off({{id, noon + seconds{8}, "connection refused"}}), Succeeds());
  EXPECT_THAT(due("varnish-1", noon + seconds{7}), IsEmpty());
  const auto again = due("varnish-1", noon + seconds{8});
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].id, id);
  EXPECT_EQ(again[0].attempts, 1);
  EXPECT_EQ(again[0].created, noon);
}

TEST_P(StorePurges, AreRecordedManyAtOnce) {
  for (int call = 0; call < 3; ++call)
    ASSERT_THAT(store->purges().request(purge(0), noon + seconds{call}), Succeeds());
  const auto waiting = due("varnish-1", noon + seconds{2});
  ASSERT_EQ(waiting.size(), 3U);
  ASSERT_THAT(store->purge_outbox().confirm({{waiting[0].id, 1}, {waiting[1].id, 2}}, noon), Succeeds());
  ASSERT_THAT(store->purge_outbox().put_off({{waiting[2].id, noon + hours{1}, "no answer"},
                                             {waiting[0].id, noon + hours{1}, "too late"}}),
              Succeeds());
  EXPECT_THAT(due("varnish-1", noon + seconds{2}), IsEmpty());
  const auto later = due("varnish-1", noon + hours{1});
  EXPECT_EQ(std::ranges::count(later, 1, &PurgeDelivery::round), 1);
}

TEST_P(StorePurges, RingTheBellOfEveryProcess) {
  const std::unique_ptr<catalog::Store> other = reopen();
  const std::uint64_t before = other->purge_outbox().bell();
  ASSERT_THAT(store->purges().request(purge(), noon), Succeeds());
  EXPECT_NE(other->purge_outbox().bell(), before);
}

TEST_P(StorePurges, TellWhatWaits) {
  EXPECT_FALSE(store->purge_outbox().next_due("varnish-1").value());
  EXPECT_THAT(store->purge_outbox().pending().value(), IsEmpty());
  ASSERT_THAT(store->purges().request(purge(), noon), Succeeds());
  EXPECT_EQ(store->purge_outbox().next_due("varnish-1").value(), noon);
  ASSERT_THAT(store->purge_outbox().confirm({{due("varnish-1", noon).at(0).id}}, noon), Succeeds());
  EXPECT_EQ(store->purge_outbox().next_due("varnish-1").value(), noon + seconds{35});
  EXPECT_FALSE(store->purge_outbox().next_due("another").value());

  const auto pending = store->purge_outbox().pending().value();
  ASSERT_EQ(pending.size(), 2U);
  EXPECT_EQ(pending[0].cache, "varnish-1");
  EXPECT_EQ(pending[0].deliveries, 1);
  EXPECT_EQ(pending[1].deliveries, 2);
}

TEST_P(StorePurges, SurviveARestart) {
  ASSERT_THAT(store->purges().request(purge(1), noon), Succeeds());
  store = nullptr;
  store = reopen();
  EXPECT_EQ(due("varnish-1", noon).size(), 1U);
  EXPECT_FALSE(store->purges().request(purge(1), noon).value().admitted);
}

TEST_P(StorePurges, HaveASlidingQuota) {
  for (int call = 0; call < 10; ++call) {
    const auto admission = store->purges().request(purge(), noon + seconds{call});
    ASSERT_THAT(admission, Succeeds());
    EXPECT_TRUE(admission->admitted);
    EXPECT_EQ(admission->limit, 10);
    EXPECT_EQ(admission->remaining, 9 - call);
  }
  const std::size_t before = due("varnish-1", noon + hours{9}).size();
  const auto refused = store->purges().request(purge(), noon + seconds{3599});
  ASSERT_THAT(refused, Succeeds());
  EXPECT_FALSE(refused->admitted);
  EXPECT_EQ(refused->remaining, 0);
  EXPECT_EQ(refused->retry_at, noon + hours{1});
  EXPECT_EQ(due("varnish-1", noon + hours{9}).size(), before);

  // The window slides: when the oldest falls out there is room for one, not for ten.
  EXPECT_TRUE(store->purges().request(purge(), noon + hours{1}).value().admitted);
  const auto next = store->purges().request(purge(), noon + hours{1});
  EXPECT_FALSE(next->admitted);
  EXPECT_EQ(next->retry_at, noon + hours{1} + seconds{1});
}

TEST_P(StorePurges, OfAClockThatWasAheadTakeNoQuota) {
  for (int call = 0; call < 10; ++call)
    ASSERT_TRUE(store->purges().request(purge(), noon + hours{9600}).value().admitted);
  EXPECT_FALSE(store->purges().request(purge(), noon + hours{9600}).value().admitted);
  EXPECT_EQ(store->purges().quota("acme", PurgeKind::alias, 10, noon).value().remaining, 10);
  for (int call = 0; call < 10; ++call)
    EXPECT_TRUE(store->purges().request(purge(), noon).value().admitted) << "locked for 400 days";
  EXPECT_FALSE(store->purges().request(purge(), noon).value().admitted);
  EXPECT_FALSE(store->purges().request(purge(), noon - seconds{1}).value().admitted)
      << "a moment ahead is another process";
}

TEST_P(StorePurges, OfAClockThatWasAheadAreDelivered) {
  ASSERT_THAT(store->purges().request(purge(), noon + hours{9600}), Succeeds());
  ASSERT_THAT(store->purges().request(purge(), noon), Succeeds());
  const auto waiting = due("varnish-1", noon);
  ASSERT_EQ(waiting.size(), 3U) << "both rounds of the stranded one";
  EXPECT_EQ(waiting[0].due, noon);
  ASSERT_THAT(store->purge_outbox().put_off({{waiting[0].id, noon + hours{1}, "no answer"}}), Succeeds());
  EXPECT_EQ(due("varnish-1", noon).size(), 2U) << "the longest that anything is put off";
}

TEST_P(StorePurges, CountEachKindAndOrganizationOnItsOwn) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  ASSERT_TRUE(store->purges().request(purge(1), noon).value().admitted);
  EXPECT_FALSE(store->purges().request(purge(1), noon).value().admitted);
  PurgeRequest stack = purge(1);
  stack.kind = PurgeKind::stack;
  EXPECT_TRUE(store->purges().request(stack, noon).value().admitted);
  PurgeRequest other = purge(1);
  other.organization = "other";
  EXPECT_TRUE(store->purges().request(other, noon).value().admitted);
  other.organization = "nobody";
  EXPECT_THAT(store->purges().request(other, noon), FailsWith(ErrorCode::not_found));
}

TEST_P(StorePurges, ZeroIsUnlimited) {
  for (int call = 0; call < 50; ++call) {
    const auto admission = store->purges().request(purge(0), noon);
    ASSERT_TRUE(admission->admitted);
    EXPECT_EQ(admission->limit, 0);
  }
}

TEST_P(StorePurges, ALoweredLimitWaitsForEnoughToFallOut) {
  for (int call = 0; call < 3; ++call) {
    ASSERT_TRUE(store->purges().request(purge(3), noon + seconds{call}).value().admitted);
  }
  const auto refused = store->purges().request(purge(2), noon + seconds{10});
  EXPECT_FALSE(refused->admitted);
  EXPECT_EQ(refused->retry_at, noon + seconds{1} + hours{1});
}

TEST_P(StorePurges, TheQuotaCanBeLookedAt) {
  const auto untouched = store->purges().quota("acme", PurgeKind::alias, 2, noon);
  ASSERT_THAT(untouched, Succeeds());
  EXPECT_TRUE(untouched->admitted);
  EXPECT_EQ(untouched->remaining, 2);
  ASSERT_TRUE(store->purges().request(purge(2), noon).value().admitted);
  ASSERT_TRUE(store->purges().request(purge(2), noon).value().admitted);
  const auto spent = store->purges().quota("acme", PurgeKind::alias, 2, noon + seconds{1});
  EXPECT_FALSE(spent->admitted);
  EXPECT_EQ(spent->limit, 2);
  EXPECT_EQ(spent->remaining, 0);
  EXPECT_EQ(spent->retry_at, noon + hours{1});
  EXPECT_THAT(store->purges().quota("nobody", PurgeKind::alias, 2, noon), FailsWith(ErrorCode::not_found));
}

TEST_P(StorePurges, AtMostTheQuotaWhoeverAsksAtOnce) {
  const std::unique_ptr<catalog::Store> second = reopen();
  std::atomic<int> admitted = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      catalog::Store& mine = thread % 2 == 0 ? *store : *second;
      for (int call = 0; call < 5; ++call) {
        if (mine.purges().request(purge(10), noon).value().admitted) ++admitted;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(admitted, 10);
  EXPECT_EQ(due("varnish-1", noon).size(), 10U);
}

TEST_P(StorePurges, ConfirmedOnesAreForgottenAfterADay) {
  ASSERT_THAT(store->purges().request(purge(0), noon), Succeeds());
  const std::int64_t id = due("varnish-1", noon).at(0).id;
  ASSERT_THAT(store->purge_outbox().confirm({{id, 1}}, noon), Succeeds());
  ASSERT_THAT(store->purges().request(purge(0), noon + hours{25}), Succeeds());
  // Whoever confirms what was forgotten is told nothing bad, and no other delivery is hit.
  ASSERT_THAT(store->purge_outbox().confirm({{id, 1}}, noon), Succeeds());
  EXPECT_EQ(due("varnish-1", noon + hours{25}).size(), 2U);
}

}  // namespace
}  // namespace rucola::test
