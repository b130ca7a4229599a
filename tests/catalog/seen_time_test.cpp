#include "catalog/seen_time.h"

#include <gtest/gtest.h>

namespace rucola::catalog {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr Time noon{std::chrono::seconds{1'700'000'000}};

TEST(SeenTime, TheFirstLookSeesNothing) {
  const SeenClock first = look_again({}, noon);
  EXPECT_EQ(first.seen, SeenTime::zero());
  EXPECT_EQ(first.looked, noon);
}

TEST(SeenTime, PassesAsTheClockDoes) {
  SeenClock clock = look_again({}, noon);
  for (int look = 1; look <= 6 * 24; ++look)
    clock = look_again(clock, noon + look * minutes{10});
  EXPECT_EQ(clock.seen, days{1});
}

TEST(SeenTime, AClockThatIsSetAheadMakesNothingOld) {
  SeenClock clock = look_again({}, noon);
  clock = look_again(clock, noon + days{40});
  EXPECT_EQ(clock.seen, longest_step);
  clock = look_again(clock, noon + days{40} + minutes{10});
  EXPECT_EQ(clock.seen, longest_step + minutes{10}) << "it goes on from where the clock is";
}

TEST(SeenTime, AClockThatIsSetBackTakesNothingAway) {
  SeenClock clock{.seen = hours{5}, .looked = noon};
  clock = look_again(clock, noon - days{365});
  EXPECT_EQ(clock.seen, hours{5});
  clock = look_again(clock, noon - days{365} + minutes{10});
  EXPECT_EQ(clock.seen, hours{5} + minutes{10});
}

}  // namespace
}  // namespace rucola::catalog
