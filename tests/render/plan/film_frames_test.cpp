#include "render/plan/film_frames.h"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render {
namespace {

using testing::Each;
using testing::ElementsAre;

int all_of(const std::vector<int>& durations) {
  return std::accumulate(durations.begin(), durations.end(), 0);
}

TEST(FilmFrames, AreSoManyASecond) {
  EXPECT_EQ(frames_in(4'000, 10), 40);
  EXPECT_EQ(frames_in(4'000, 25), 100);
  EXPECT_EQ(frames_in(100, 10), 1);
  EXPECT_EQ(frames_in(101, 10), 1);
  EXPECT_EQ(frames_in(130, 10), 2);
  EXPECT_EQ(frames_in(2'500, 1), 3);
}

/// A film that sounds for three milliseconds longer than it is seen.
TEST(FilmFrames, NoneIsGoneAtOnce) {
  EXPECT_EQ(frames_in(4'003, 10), 40);
  EXPECT_EQ(frame_durations(4'003, 10, 1).back(), 103);
}

TEST(FilmFrames, ThereIsOneAtLeast) {
  for (const int milliseconds : {0, 1, 29, 30, 39})
    EXPECT_EQ(frames_in(milliseconds, 25), 1) << milliseconds;
}

TEST(FilmFrames, LastAsLongAsTheFilm) {
  EXPECT_THAT(frame_durations(4'000, 10, 1), Each(100));
  EXPECT_THAT(frame_durations(470, 10, 1), ElementsAre(100, 100, 100, 100, 70));
  EXPECT_THAT(frame_durations(2'500, 1, 1), ElementsAre(1'000, 1'000, 500));
}

TEST(FilmFrames, DoNotDrift) {
  EXPECT_THAT(frame_durations(500, 12, 1), ElementsAre(83, 84, 83, 83, 84, 83));
  EXPECT_THAT(frame_durations(500, 12, 10), ElementsAre(80, 90, 80, 80, 90, 80));
  for (int each_second = 1; each_second <= 25; ++each_second) {
    EXPECT_EQ(all_of(frame_durations(60'000, each_second, 1)), 60'000) << each_second;
    EXPECT_EQ(all_of(frame_durations(60'000, each_second, 10)), 60'000) << each_second;
  }
}

TEST(FilmFrames, AreNeverTooShortToBeMeant) {
  constexpr int longest_that_is_not = 10;
  for (int each_second = 1; each_second <= 25; ++each_second) {
    for (int milliseconds = 100; milliseconds < 1'200; ++milliseconds) {
      for (const int duration : frame_durations(milliseconds, each_second, 10))
        ASSERT_GT(duration, longest_that_is_not) << milliseconds << " at " << each_second;
    }
  }
}

}  // namespace
}  // namespace rucola::render
