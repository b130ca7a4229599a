#include "api/throttle.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace rucola::api {
namespace {

using std::chrono::seconds;

message::Request request_of(std::string share) {
  message::Request request;
  request.share = std::move(share);
  return request;
}

struct ThrottleTest : testing::Test {
  Throttle::Clock::time_point time{seconds{1000}};
  Throttle throttle{{.requests_per_second = 2,
                     .organization_requests_per_second = 3,
                     .burst = seconds{1},
                     .wrong_keys_per_minute = 2},
                    [this] { return time; }};
  const message::Request here = request_of("192.0.2.1/32");
  const message::Request elsewhere = request_of("192.0.2.2/32");
};

void expect_refused(const Result<void>& admitted, seconds wait) {
  ASSERT_FALSE(admitted);
  EXPECT_EQ(admitted.error().code, ErrorCode::too_many_requests);
  EXPECT_EQ(admitted.error().retry_after, wait);
}

TEST_F(ThrottleTest, AKeyHasSoManyASecond) {
  EXPECT_TRUE(throttle.admit("key", ""));
  EXPECT_TRUE(throttle.admit("key", ""));
  expect_refused(throttle.admit("key", ""), seconds{1});
  EXPECT_TRUE(throttle.admit("another", ""));
  time += seconds{1};
  EXPECT_TRUE(throttle.admit("key", ""));
}

TEST_F(ThrottleTest, AnOrganizationHasSoManyOfAllItsKeys) {
  for (const char* key : {"a", "b", "c"})
    EXPECT_TRUE(throttle.admit(key, "acme"));
  expect_refused(throttle.admit("d", "acme"), seconds{1});
  EXPECT_TRUE(throttle.admit("d", "other"));
}

TEST_F(ThrottleTest, WhatTheOrganizationIsRefusedTakesNothingOfTheKey) {
  for (const char* key : {"a", "b", "c"})
    EXPECT_TRUE(throttle.admit(key, "acme"));
  for (int i = 0; i < 10; ++i)
    EXPECT_FALSE(throttle.admit("d", "acme"));
  EXPECT_TRUE(throttle.admit("d", "other"));
  EXPECT_TRUE(throttle.admit("d", "other"));
}

TEST_F(ThrottleTest, WrongKeysOfOneAddressAreNotLookedUpForEver) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(throttle.may_ask_whose("wrong", here));
    throttle.note_wrong("wrong", here);
  }
  expect_refused(throttle.may_ask_whose("another", here), seconds{30});
  EXPECT_TRUE(throttle.may_ask_whose("another", elsewhere));
  time += seconds{30};
  EXPECT_TRUE(throttle.may_ask_whose("another", here));
}

TEST_F(ThrottleTest, WhatWasGoodLatelyIsLookedUpWhateverItsNeighboursSend) {
  throttle.note_good("good");
  for (int i = 0; i < 10; ++i)
    throttle.note_wrong("wrong", here);
  EXPECT_TRUE(throttle.may_ask_whose("good", here));
  EXPECT_FALSE(throttle.may_ask_whose("not seen yet", here));
  throttle.note_wrong("good", here);
  EXPECT_FALSE(throttle.may_ask_whose("good", here)) << "it was revoked";
}

TEST_F(ThrottleTest, AProxyThatNamesNoClientIsNobody) {
  const message::Request proxy = request_of({});
  for (int i = 0; i < 10; ++i)
    throttle.note_wrong("wrong", proxy);
  EXPECT_TRUE(throttle.may_ask_whose("another", proxy));
}

TEST_F(ThrottleTest, ZeroIsNoBoundAndCountsAtOnce) {
  EXPECT_TRUE(throttle.admit("key", "acme"));
  EXPECT_TRUE(throttle.admit("key", "acme"));
  EXPECT_FALSE(throttle.admit("key", "acme"));
  throttle.replace({.requests_per_second = 0,
                    .organization_requests_per_second = 0,
                    .burst = seconds{1},
                    .wrong_keys_per_minute = 0});
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(throttle.admit("key", "acme"));
    throttle.note_wrong("wrong", here);
    EXPECT_TRUE(throttle.may_ask_whose("wrong", here));
  }
}

TEST_F(ThrottleTest, WithoutABurstThereIsStillOne) {
  throttle.replace({.requests_per_second = 10,
                    .organization_requests_per_second = 0,
                    .burst = seconds{0},
                    .wrong_keys_per_minute = 0});
  EXPECT_TRUE(throttle.admit("key", ""));
  expect_refused(throttle.admit("key", ""), seconds{1});
  time += std::chrono::milliseconds{100};
  EXPECT_TRUE(throttle.admit("key", ""));
}

}  // namespace
}  // namespace rucola::api
