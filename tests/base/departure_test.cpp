#include "base/departure.h"

#include <gtest/gtest.h>

namespace rucola {
namespace {

TEST(Departure, IsToldOnceToEverybody) {
  Departure departure;
  int told = 0;
  departure.then([&] { ++told; });
  departure.then([&] { ++told; });
  EXPECT_FALSE(departure.has_happened());
  departure.happen();
  departure.happen();
  EXPECT_TRUE(departure.has_happened());
  EXPECT_EQ(told, 2);
}

TEST(Departure, WhoComesLaterIsToldAtOnce) {
  Departure departure;
  departure.happen();
  bool told = false;
  departure.then([&] { told = true; });
  EXPECT_TRUE(told);
}

TEST(Departure, MayBeAskedForWhileItIsTold) {
  Departure departure;
  bool seen = false;
  departure.then([&] { departure.then([&] { seen = departure.has_happened(); }); });
  departure.happen();
  EXPECT_TRUE(seen);
}

TEST(Departure, NobodyNeverLeaves) {
  EXPECT_FALSE(has_left(nullptr));
}

}  // namespace
}  // namespace rucola
