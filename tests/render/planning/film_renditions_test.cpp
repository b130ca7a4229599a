#include "render/planning/film_renditions.h"

#include <cstdint>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::render {
namespace {

using test::FailsWith;
using testing::ElementsAre;

Film film(Size shown, bool keeps = true, double bits = 6'314'953) {
  return film_of({keeps ? 1.0 : 0.0, bits, 3e8, 6, 6, 2.5}, shown).value();
}

TEST(FilmRenditions, TheVideoItselfComesFirstAndThenTheUsualHeightsBelowIt) {
  EXPECT_THAT(film_renditions(film({1920, 1080})),
              ElementsAre(Size{1920, 1080}, Size{1280, 720}, Size{854, 480}, Size{640, 360}));
  EXPECT_THAT(film_renditions(film({3840, 2160})),
              ElementsAre(Size{3840, 2160}, Size{2560, 1440}, Size{1920, 1080}, Size{1280, 720},
                          Size{854, 480}, Size{640, 360}));
  EXPECT_THAT(film_renditions(film({1080, 1920})),
              ElementsAre(Size{1080, 1920}, Size{810, 1440}, Size{608, 1080}, Size{406, 720}, Size{270, 480},
                          Size{202, 360}));
  EXPECT_THAT(film_renditions(film({160, 96})), ElementsAre(Size{160, 96}));
  EXPECT_THAT(film_renditions(film({1, 720})), ElementsAre(Size{1, 720}, Size{2, 480}, Size{2, 360}));
}

TEST(FilmRenditions, WhatIsCodedAnewHasEvenSides) {
  EXPECT_EQ(film({853, 481}).size, (Size{853, 481}));
  EXPECT_EQ(film({853, 481}, false).size, (Size{852, 480}));
  EXPECT_EQ(film({1, 1}, false).size, (Size{2, 2}));
  // Else it would be there twice.
  EXPECT_THAT(film_renditions(film({1281, 721}, false)),
              ElementsAre(Size{1280, 720}, Size{854, 480}, Size{640, 360}));
}

TEST(FilmRenditions, OnlyTheLargestKeepsPictures) {
  EXPECT_FALSE(is_coded_anew(film({1920, 1080}), {1920, 1080}));
  EXPECT_TRUE(is_coded_anew(film({1920, 1080}), {1280, 720}));
  EXPECT_TRUE(is_coded_anew(film({1920, 1080}, false), {1920, 1080}));
}

TEST(FilmRenditions, ASmallerOneTakesLess) {
  const Film whole = film({1920, 1080});
  EXPECT_EQ(bits_per_second(whole, {1920, 1080}), 6'314'953);
  EXPECT_NEAR(bits_per_second(whole, {960, 540}), 6'314'953 * 0.3536, 1000);
  EXPECT_EQ(rendition_name(whole, {1920, 1080}), "6167-1920x1080");
}

TEST(FilmRenditions, NamesAreReadAgain) {
  EXPECT_EQ(parse_rendition_name("6167-1920x1080"), (Size{1920, 1080}));
  EXPECT_EQ(parse_rendition_name("0-2x2"), (Size{2, 2}));
  EXPECT_EQ(parse_part_name("6167-1920x1080_0"), (FilmPart{{1920, 1080}, 0}));
  EXPECT_EQ(parse_part_name("6167-1920x1080_123"), (FilmPart{{1920, 1080}, 123}));
  for (const char* name :
       {"", "1920x1080", "-1920x1080", "1-1920", "1-1920x", "1-x1080", "1-1920x1080 ", "1-1920x1080_0",
        "1--1920x1080", "a-1920x1080", "1-1920X1080", "1-1920x1080.5", "my-film"}) {
    EXPECT_EQ(parse_rendition_name(name), std::nullopt) << name;
  }
  for (const char* name :
       {"", "1-1920x1080", "1-1920x1080_", "1-1920x1080_-1", "1-1920x1080_1_", "_0", "0", "1-1920x1080-0"}) {
    EXPECT_EQ(parse_part_name(name), std::nullopt) << name;
  }
}

/// A name with a long one was no name, and got the video's own size instead of what it said.
TEST(FilmRenditions, NumbersInNamesMayBeOfAnyLength) {
  constexpr auto most = std::numeric_limits<std::int32_t>::max();
  EXPECT_EQ(parse_rendition_name("99999999999-600x360"), (Size{600, 360}));
  EXPECT_EQ(parse_rendition_name("1-99999999999x1"), (Size{most, 1})) << "which no video has";
  EXPECT_EQ(parse_part_name("1-600x360_99999999999"), (FilmPart{{600, 360}, most}));
}

TEST(FilmRenditions, WhatNoWorkerMeasuresIsNoFilm) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  for (const Measured& measured :
       {Measured{}, Measured{1}, Measured{1, 1000}, Measured{1, 1000, 3e8}, Measured{1, -1, 3e8, 6},
        Measured{1, none, 3e8, 6}, Measured{1, 1000, -1, 6}, Measured{1, 1000, 3e8, infinite},
        Measured{1, 1000, 3e8, -6}}) {
    EXPECT_THAT(film_of(measured, {160, 96}), FailsWith(ErrorCode::internal));
  }
  Measured endless(most_film_parts + 3, 6);
  EXPECT_TRUE(film_of(endless, {160, 96}));
  endless.push_back(6);
  EXPECT_THAT(film_of(endless, {160, 96}), FailsWith(ErrorCode::internal));
}

}  // namespace
}  // namespace rucola::render
