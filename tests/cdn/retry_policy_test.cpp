#include "cdn/retry_policy.h"

#include <limits>

#include <gtest/gtest.h>

namespace rucola::cdn {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double no_jitter = 0.5;  // the middle of the range

milliseconds delay(std::int32_t attempts) {
  return delay_after({}, attempts, no_jitter, std::nullopt);
}

TEST(RetryPolicy, DoublesFromOneSecondToFiveMinutes) {
  EXPECT_EQ(delay(1), seconds{1});
  EXPECT_EQ(delay(2), seconds{2});
  EXPECT_EQ(delay(3), seconds{4});
  EXPECT_EQ(delay(9), seconds{256});
  EXPECT_EQ(delay(10), seconds{300});
  EXPECT_EQ(delay(1000), seconds{300});
  EXPECT_EQ(delay(std::numeric_limits<std::int32_t>::max()), seconds{300});
}

TEST(RetryPolicy, JitterIsAFifthToEitherSide) {
  EXPECT_EQ(delay_after({}, 1, 0, std::nullopt), milliseconds{800});
  EXPECT_EQ(delay_after({}, 1, 1, std::nullopt), milliseconds{1200});
}

TEST(RetryPolicy, IsNeverSoonerThanTheCacheAskedFor) {
  EXPECT_EQ(delay_after({}, 1, no_jitter, seconds{60}), seconds{60});
  EXPECT_EQ(delay_after({}, 9, no_jitter, seconds{60}), seconds{256});
  EXPECT_EQ(delay_after({}, 1, no_jitter, seconds{0}), seconds{1});
}

TEST(RetryPolicy, HasItsLimitToo) {
  EXPECT_EQ(delay_after({}, 1, no_jitter, seconds{86400}), seconds{3600});
  EXPECT_EQ(delay_after({}, 1, no_jitter, seconds::max()), seconds{3600});
}

}  // namespace
}  // namespace rucola::cdn
