#include "catalog/usage.h"

#include <gmock/gmock.h>

namespace rucola::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Day day(int number) {
  return Day{std::chrono::days{20'000 + number}};
}

StorageOfDay of(int number, std::int64_t images) {
  return {.day = day(number), .images = images, .bytes = 10 * images};
}

TEST(EachDay, StandsAsTheDayBeforeWhereNothingChanged) {
  EXPECT_THAT(each_day({of(2, 1), of(4, 5)}, {day(2), day(6)}),
              ElementsAre(of(2, 1), of(3, 1), of(4, 5), of(5, 5), of(6, 5)));
}

TEST(EachDay, BeginsAsTheLastChangeBeforeLeftIt) {
  EXPECT_THAT(each_day({of(-300, 7)}, {day(0), day(1)}), ElementsAre(of(0, 7), of(1, 7)));
  EXPECT_THAT(each_day({of(-3, 7), of(1, 8)}, {day(0), day(1)}), ElementsAre(of(0, 7), of(1, 8)));
}

TEST(EachDay, SaysNothingOfDaysBeforeAnythingIsKnown) {
  EXPECT_THAT(each_day({of(3, 1)}, {day(1), day(4)}), ElementsAre(of(3, 1), of(4, 1)));
  EXPECT_THAT(each_day({}, {day(1), day(4)}), IsEmpty());
  EXPECT_THAT(each_day({of(9, 1)}, {day(1), day(4)}), IsEmpty());
}

TEST(EachDay, IsNoneWhereTheLastLiesBeforeTheFirst) {
  EXPECT_THAT(each_day({of(1, 1)}, {day(4), day(3)}), IsEmpty());
}

}  // namespace
}  // namespace rucola::catalog
