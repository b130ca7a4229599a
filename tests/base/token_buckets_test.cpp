#include "base/token_buckets.h"

#include <string>

#include <gtest/gtest.h>

namespace rucola {
namespace {

using std::chrono::seconds;

constexpr TokenBuckets::Rate three_and_one_a_second{.interval = seconds{1}, .most = 3};
const TokenBuckets::Clock::time_point start{seconds{1000}};

TEST(TokenBuckets, AFullOneHoldsSoMany) {
  TokenBuckets buckets(10);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(buckets.take("a", three_and_one_a_second, start), std::nullopt) << i;
  EXPECT_EQ(buckets.take("a", three_and_one_a_second, start), seconds{1});
  EXPECT_EQ(buckets.take("b", three_and_one_a_second, start), std::nullopt) << "another one";
}

TEST(TokenBuckets, WhatIsRefusedTakesNone) {
  TokenBuckets buckets(10);
  for (int i = 0; i < 100; ++i)
    buckets.take("a", three_and_one_a_second, start);
  EXPECT_EQ(buckets.take("a", three_and_one_a_second, start + seconds{1}), std::nullopt);
  EXPECT_EQ(buckets.take("a", three_and_one_a_second, start + seconds{1}), seconds{1});
}

TEST(TokenBuckets, NoPauseMakesItHoldMore) {
  TokenBuckets buckets(10);
  buckets.take("a", three_and_one_a_second, start);
  const auto later = start + std::chrono::hours{24};
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(buckets.take("a", three_and_one_a_second, later), std::nullopt) << i;
  EXPECT_EQ(buckets.take("a", three_and_one_a_second, later), seconds{1});
}

TEST(TokenBuckets, LookingTakesNone) {
  TokenBuckets buckets(10);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(buckets.wait("a", three_and_one_a_second, start), std::nullopt) << i;
  EXPECT_EQ(buckets.size(), 0U);
  for (int i = 0; i < 3; ++i)
    buckets.take("a", three_and_one_a_second, start);
  EXPECT_EQ(buckets.wait("a", three_and_one_a_second, start), seconds{1});
}

TEST(TokenBuckets, WhatIsGivenBackMayBeTaken) {
  TokenBuckets buckets(10);
  for (int i = 0; i < 3; ++i)
    buckets.take("a", three_and_one_a_second, start);
  buckets.give_back("a", three_and_one_a_second);
  EXPECT_EQ(buckets.take("a", three_and_one_a_second, start), std::nullopt);
  EXPECT_EQ(buckets.take("a", three_and_one_a_second, start), seconds{1});
}

TEST(TokenBuckets, WithoutAnIntervalNobodyWaitsAndNothingIsKept) {
  TokenBuckets buckets(10);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(buckets.take("a", {}, start), std::nullopt);
  EXPECT_EQ(buckets.size(), 0U);
}

TEST(TokenBuckets, NoMoreAreKeptThanSoMany) {
  TokenBuckets buckets(10);
  for (int i = 0; i < 1000; ++i)
    buckets.take(std::to_string(i), three_and_one_a_second, start);
  EXPECT_EQ(buckets.size(), 10U);
}

}  // namespace
}  // namespace rucola
