#include "render/worker/encoding/quality_search.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

using Sizes = std::vector<std::size_t>;  // by quality, from 1

/// As JPEG's quantisation goes, the more steeply the more detail there is.
Sizes as_jpeg(double steepness) {
  Sizes sizes;
  sizes.reserve(100);
  for (int quality = 1; quality <= 100; ++quality) {
    const double scale = quality < 50 ? 50.0 / quality : std::max(0.05, 2 - quality / 50.0);
    sizes.push_back(static_cast<std::size_t>(std::lrint(1000 + 60'000 * std::pow(scale, -steepness))));
  }
  return sizes;
}

/// As AV1's: a quality in three is the same as the one before.
Sizes in_steps(const Sizes& smooth) {
  Sizes sizes;
  sizes.reserve(smooth.size());
  for (std::size_t i = 0; i < smooth.size(); ++i)
    sizes.push_back(smooth.at(i % 3 == 1 ? i - 1 : i));
  return sizes;
}

struct Trial {
  std::optional<std::int32_t> found;
  std::vector<std::int32_t> tried;
};

Trial search(const Sizes& sizes, std::size_t most, QualityRange range) {
  Trial trial;
  trial.found = highest_quality_within(most, range, [&](std::int32_t quality) {
    trial.tried.push_back(quality);
    return sizes.at(static_cast<std::size_t>(quality) - 1);
  });
  return trial;
}

std::optional<std::int32_t> by_trying_all(const Sizes& sizes, std::size_t most, QualityRange range) {
  for (std::int32_t quality = range.highest; quality >= range.lowest; --quality) {
    if (sizes.at(static_cast<std::size_t>(quality) - 1) <= most) return quality;
  }
  return std::nullopt;
}

std::vector<Sizes> many_sizes() {
  std::vector<Sizes> all;
  for (const double steepness : {0.35, 0.5, 0.65, 0.8, 1.0}) {
    all.push_back(as_jpeg(steepness));
    all.push_back(in_steps(all.back()));
  }
  return all;
}

TEST(QualitySearch, FindsTheHighestThatFitsInSixTries) {
  std::size_t tries = 0;
  std::size_t searches = 0;
  for (const Sizes& sizes : many_sizes()) {
    for (const std::int32_t highest : {30, 45, 80, 95, 100}) {
      const QualityRange range{.lowest = 1, .highest = highest};
      for (std::size_t percent = 5; percent < 100; ++percent) {
        const std::size_t most = sizes.at(static_cast<std::size_t>(highest) - 1) * percent / 100;
        const Trial trial = search(sizes, most, range);
        const auto expected = by_trying_all(sizes, most, range);
        ASSERT_EQ(trial.found.has_value(), expected.has_value()) << highest << ", " << percent << " %";
        if (expected) {
          EXPECT_NEAR(*trial.found, *expected, 1) << highest << ", " << percent << " %";
          EXPECT_LE(sizes.at(static_cast<std::size_t>(*trial.found) - 1), most);
        }
        EXPECT_LE(trial.tried.size(), std::size_t{most_quality_tries});
        tries += trial.tried.size();
        ++searches;
      }
    }
  }
  EXPECT_LT(static_cast<double>(tries), 4.5 * static_cast<double>(searches)) << "on average";
}

/// Each decibel costs about a quarter more.
TEST(QualitySearch, DecibelsAreAnotherScale) {
  Sizes sizes;
  for (int quality = 1; quality <= 40; ++quality)
    sizes.push_back(static_cast<std::size_t>(250 + std::lrint(std::exp(quality * 0.225 + 0.3))));
  for (std::size_t percent = 5; percent < 100; ++percent) {
    const QualityRange range{.lowest = 1, .highest = 40, .unit = QualityUnit::decibels};
    const std::size_t most = sizes.back() * percent / 100;
    const Trial trial = search(sizes, most, range);
    const auto expected = by_trying_all(sizes, most, range);
    ASSERT_TRUE(trial.found && expected) << percent;
    EXPECT_NEAR(*trial.found, *expected, 1) << percent << " %";
  }
}

TEST(QualitySearch, BeginsWithTheQualityAskedForAndNeverGoesOverIt) {
  for (const Sizes& sizes : many_sizes()) {
    const Trial trial = search(sizes, sizes.at(39), {.lowest = 1, .highest = 60});
    EXPECT_EQ(trial.tried.front(), 60);
    EXPECT_EQ(std::ranges::max(trial.tried), 60);
  }
}

TEST(QualitySearch, WhatFitsAtOnceIsWrittenOnce) {
  const Sizes sizes = as_jpeg(0.7);
  const Trial trial = search(sizes, sizes.at(79), {.lowest = 1, .highest = 80});
  EXPECT_EQ(trial.found, 80);
  EXPECT_EQ(trial.tried, (std::vector<std::int32_t>{80}));
}

TEST(QualitySearch, WhatFitsNowhereHasBeenTriedAtTheLowest) {
  for (const Sizes& sizes : many_sizes()) {
    for (const std::int32_t lowest : {1, 10}) {
      const Trial trial = search(sizes, 500, {.lowest = lowest, .highest = 80});
      EXPECT_FALSE(trial.found);
      EXPECT_EQ(trial.tried.back(), lowest);
      EXPECT_LE(trial.tried.size(), std::size_t{most_quality_tries});
    }
  }
}

TEST(QualitySearch, NothingIsTriedTwice) {
  for (const Sizes& sizes : many_sizes()) {
    for (const std::size_t most : {std::size_t{2'000}, std::size_t{20'000}, std::size_t{45'000}}) {
      Trial trial = search(sizes, most, {.lowest = 1, .highest = 95});
      std::ranges::sort(trial.tried);
      EXPECT_TRUE(std::ranges::adjacent_find(trial.tried) == trial.tried.end());
    }
  }
}

TEST(QualitySearch, TheLastThatFitsIsTheOneThatIsFound) {
  for (const Sizes& sizes : many_sizes()) {
    const std::size_t most = sizes.at(32);
    const Trial trial = search(sizes, most, {.lowest = 1, .highest = 90});
    const auto fits = [&](std::int32_t quality) {
      return sizes.at(static_cast<std::size_t>(quality) - 1) <= most;
    };
    const auto last = std::ranges::find_if(trial.tried.rbegin(), trial.tried.rend(), fits);
    ASSERT_NE(last, trial.tried.rend());
    EXPECT_EQ(trial.found, *last);
  }
}

/// Whatever the sizes do: something that fits, or the lowest was tried.
TEST(QualitySearch, SizesThatGoUpAndDownAreSurvived) {
  for (std::size_t seed = 1; seed < 200; ++seed) {
    Sizes sizes;
    sizes.reserve(100);
    std::size_t random = seed;
    for (int quality = 1; quality <= 100; ++quality) {
      random = (random * 1'103'515'245 + 12'345) % 2'147'483'648;
      sizes.push_back(random % 3 == 0 ? 0 : random % 100'000);
    }
    for (const std::size_t most : {std::size_t{0}, std::size_t{1}, std::size_t{50'000}}) {
      const Trial trial = search(sizes, most, {.lowest = 1, .highest = 100});
      EXPECT_LE(trial.tried.size(), std::size_t{most_quality_tries});
      if (trial.found) {
        EXPECT_LE(sizes.at(static_cast<std::size_t>(*trial.found) - 1), most);
      } else {
        EXPECT_EQ(trial.tried.back(), 1);
      }
    }
  }
}

TEST(QualitySearch, ARangeOfOneIsOneTry) {
  const Sizes sizes = as_jpeg(0.7);
  EXPECT_EQ(search(sizes, 1, {.lowest = 1, .highest = 1}).tried.size(), 1U);
  EXPECT_EQ(search(sizes, 100'000, {.lowest = 1, .highest = 1}).found, 1);
}

}  // namespace
}  // namespace rucola::render::worker
