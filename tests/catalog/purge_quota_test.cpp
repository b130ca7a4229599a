#include "catalog/purge_quota.h"

#include <gtest/gtest.h>

namespace rucola::catalog {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr Time noon{seconds{1'700'000'000}};

TEST(PurgeQuota, AdmitsAsManyAsTheLimitSays) {
  const PurgeAdmission fresh = purge_quota(10, 0, std::nullopt);
  EXPECT_TRUE(fresh.admitted);
  EXPECT_EQ(fresh.remaining, 10);
  EXPECT_EQ(taken(fresh).remaining, 9);
  EXPECT_FALSE(blocking_purge(10, 9));
  EXPECT_EQ(taken(purge_quota(10, 9, std::nullopt)).remaining, 0);
}

TEST(PurgeQuota, WaitsUntilTheOldestCallFallsOut) {
  EXPECT_EQ(blocking_purge(10, 10), 0);
  const PurgeAdmission refused = purge_quota(10, 10, noon);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.limit, 10);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_EQ(refused.retry_at, noon + hours{1});
}

TEST(PurgeQuota, ALoweredLimitWaitsForEnoughToFallOut) {
  EXPECT_EQ(blocking_purge(2, 3), 1);
  EXPECT_EQ(blocking_purge(1, 10), 9);
}

TEST(PurgeQuota, ZeroIsUnlimitedAndTakesNothing) {
  EXPECT_FALSE(blocking_purge(0, 1'000'000));
  const PurgeAdmission admission = purge_quota(0, 1'000'000, std::nullopt);
  EXPECT_TRUE(admission.admitted);
  EXPECT_EQ(admission.limit, 0);
  EXPECT_EQ(taken(admission).remaining, admission.remaining);
}

TEST(PurgeQuota, ARequestGoesToEveryCacheTwice) {
  const PurgeRequest request{.organization = "acme",
                             .kind = PurgeKind::stack,
                             .name = "thumb",
                             .tags = {"s1"},
                             .caches = {"one", "two"},
                             .repeat_after = seconds{35}};
  const auto deliveries = deliveries_of(request, noon);
  ASSERT_EQ(deliveries.size(), 4U);
  for (const std::size_t i : {0U, 1U, 2U, 3U}) {
    EXPECT_EQ(deliveries[i].cache, i < 2 ? "one" : "two");
    EXPECT_EQ(deliveries[i].round, i % 2 == 0 ? 1 : 2);
    EXPECT_EQ(deliveries[i].due, i % 2 == 0 ? noon : noon + seconds{35});
    EXPECT_EQ(deliveries[i].created, noon);
    EXPECT_EQ(deliveries[i].tags, request.tags);
    EXPECT_EQ(deliveries[i].kind, PurgeKind::stack);
    EXPECT_EQ(deliveries[i].name, "thumb");
  }
}

}  // namespace
}  // namespace rucola::catalog
