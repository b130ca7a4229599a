#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "render/operations/planning.h"

namespace rucola::render {
namespace {

struct Row {
  bool upscale;
  bool upscale_dpr;
  double dpr;
  std::int64_t width;
  std::int32_t result;
};

// The table of the public reference's chapter on device pixel ratios, for an image of 300 pixels.
const std::vector<Row> dpr_table{
    {true, true, 1, 200, 200},
    {true, true, 2, 200, 400},
    {true, true, 1, 400, 400},
    {true, true, 2, 400, 800},
    {false, true, 1, 200, 200},
    {false, true, 2, 200, 400},
    {false, true, 1, 400, 300},
    {false, true, 2, 400, 600},
    {false, false, 1, 200, 200},
    {false, false, 2, 200, 300},
    {false, false, 1, 400, 300},
    {false, false, 2, 400, 300},
    // The text beside the table: upscale_dpr alone switched off gives the original for 200 at 2.
    {true, false, 2, 200, 300},
    {true, false, 1, 400, 400},
    {true, false, 2, 400, 400},
};

TEST(ResizeOperation, FollowsTheTableOfDevicePixelRatios) {
  for (const Row& row : dpr_table) {
    for (const char* mode : {"box", "fill", "absolute"}) {
      const Options options{{"width", row.width},
                            {"height", row.width},
                            {"mode", std::string(mode)},
                            {"upscale", row.upscale},
                            {"upscale_dpr", row.upscale_dpr}};
      const auto context = planned({300, 300}, operation::resize(), options, row.dpr);
      EXPECT_EQ(context.size, (Size{row.result, row.result}))
          << mode << " upscale " << row.upscale << " upscale_dpr " << row.upscale_dpr << " dpr " << row.dpr
          << " width " << row.width;
    }
  }
}

TEST(ResizeOperation, TheTableHoldsForWidthAlone) {
  for (const Row& row : dpr_table) {
    const Options options{{"width", row.width}, {"upscale", row.upscale}, {"upscale_dpr", row.upscale_dpr}};
    const auto context = planned({300, 150}, operation::resize(), options, row.dpr);
    EXPECT_EQ(context.size, (Size{row.result, row.result / 2})) << row.width << " at " << row.dpr;
  }
}

// Everything below is checked against properties, computed here in another way than the code does.
struct Case {
  Size image;
  std::optional<std::int64_t> width;
  std::optional<std::int64_t> height;
  double dpr;
  bool upscale;
  bool upscale_dpr;

  [[nodiscard]] Options options(std::string mode) const {
    Options options{{"mode", std::move(mode)}, {"upscale", upscale}, {"upscale_dpr", upscale_dpr}};
    if (width) options["width"] = *width;
    if (height) options["height"] = *height;
    return options;
  }
  [[nodiscard]] std::string text() const {
    return std::to_string(image.width) + "x" + std::to_string(image.height) + " into " +
           std::to_string(width.value_or(0)) + "x" + std::to_string(height.value_or(0)) + " dpr " +
           std::to_string(dpr) + (upscale ? " upscale" : "") + (upscale_dpr ? " upscale_dpr" : "");
  }
};

template <class Check>
void for_all_cases(Check check) {
  const std::vector<Size> images{{1, 1},     {300, 300}, {300, 200}, {200, 300}, {1920, 1080}, {2725, 2225},
                                 {3, 10000}, {10000, 3}, {101, 997}, {4000, 1},  {7, 5}};
  const std::vector<std::optional<std::int64_t>> sides{std::nullopt, 1, 2, 3, 99, 100, 333, 720, 1921, 10000};
  for (const Size image : images) {
    for (const auto width : sides) {
      for (const auto height : sides) {
        if (!width && !height) continue;
        for (const double dpr : {1.0, 1.1, 1.5, 2.0, 3.7, 10.0}) {
          for (const int flags : {0, 1, 2, 3}) {
            check(Case{image, width, height, dpr, (flags & 1) != 0, (flags & 2) != 0});
          }
        }
      }
    }
  }
}

/// The scale that box and fill come to, as a real number.
long double expected_scale(const Case& c, bool fill) {
  long double scale = 0;
  const long double by_width = c.width ? static_cast<long double>(*c.width) / c.image.width : 0;
  const long double by_height = c.height ? static_cast<long double>(*c.height) / c.image.height : 0;
  if (!c.width) {
    scale = by_height;
  } else if (!c.height) {
    scale = by_width;
  } else {
    scale = fill ? std::max(by_width, by_height) : std::min(by_width, by_height);
  }
  const long double base = c.upscale ? scale : std::min<long double>(scale, 1);
  if (c.upscale_dpr) return base * c.dpr;
  return std::max(base, std::min<long double>(base * c.dpr, 1));
}

bool is_near(std::int32_t got, long double exact, long double tolerance) {
  return std::abs(static_cast<long double>(got) - std::max<long double>(exact, 1)) <= tolerance;
}

TEST(ResizeOperation, BoxAndFillComeToTheExpectedScale) {
  for (const bool fill : {false, true}) {
    for_all_cases([&](const Case& c) {
      const auto size = planned(c.image, operation::resize(), c.options(fill ? "fill" : "box"), c.dpr).size;
      const long double scale = expected_scale(c, fill);
      // Half a pixel of rounding; a whole one where dpr makes the box fractional.
      const long double tolerance = c.dpr == std::floor(c.dpr) ? 0.5001L : 1.0L;
      EXPECT_TRUE(is_near(size.width, scale * c.image.width, tolerance))
          << c.text() << " gave " << size.width;
      EXPECT_TRUE(is_near(size.height, scale * c.image.height, tolerance))
          << c.text() << " gave " << size.height;
    });
  }
}

TEST(ResizeOperation, BoxNeverExceedsWhatWasAsked) {
  for_all_cases([](const Case& c) {
    const auto size = planned(c.image, operation::resize(), c.options("box"), c.dpr).size;
    if (c.width) {
      EXPECT_LE(size.width, *c.width * c.dpr + 1e-6) << c.text();
    }
    if (c.height) {
      EXPECT_LE(size.height, *c.height * c.dpr + 1e-6) << c.text();
    }
  });
}

TEST(ResizeOperation, FillNeverFallsShortOfWhatWasAskedUnlessItMayNotUpscale) {
  for_all_cases([](const Case& c) {
    if (!c.upscale || !c.upscale_dpr) return;
    const auto size = planned(c.image, operation::resize(), c.options("fill"), c.dpr).size;
    if (c.width) {
      EXPECT_GE(size.width, *c.width * c.dpr - 1e-6) << c.text();
    }
    if (c.height) {
      EXPECT_GE(size.height, *c.height * c.dpr - 1e-6) << c.text();
    }
  });
}

TEST(ResizeOperation, TheDecidingSideIsExactWhereDprIsWhole) {
  for_all_cases([](const Case& c) {
    if (!c.upscale || !c.upscale_dpr || c.dpr != std::floor(c.dpr)) return;
    const auto factor = static_cast<std::int64_t>(c.dpr);
    for (const char* mode : {"box", "fill"}) {
      const auto size = planned(c.image, operation::resize(), c.options(mode), c.dpr).size;
      const bool width_exact = c.width && size.width == *c.width * factor;
      const bool height_exact = c.height && size.height == *c.height * factor;
      EXPECT_TRUE(width_exact || height_exact) << mode << ' ' << c.text();
    }
  });
}

TEST(ResizeOperation, WithoutUpscalingNothingGrowsBeyondDpr) {
  for_all_cases([](const Case& c) {
    if (c.upscale) return;
    const double most = c.upscale_dpr ? c.dpr : 1;
    for (const char* mode : {"box", "fill", "absolute"}) {
      const auto size = planned(c.image, operation::resize(), c.options(mode), c.dpr).size;
      EXPECT_LE(size.width, std::ceil(c.image.width * most - 1e-6)) << mode << ' ' << c.text();
      EXPECT_LE(size.height, std::ceil(c.image.height * most - 1e-6)) << mode << ' ' << c.text();
    }
  });
}

TEST(ResizeOperation, AbsoluteLooksAtEachSideByItself) {
  for_all_cases([](const Case& c) {
    if (!c.width || !c.height) return;
    const auto expected = [&](std::int32_t image, std::int64_t asked) -> double {
      const double base =
          c.upscale ? static_cast<double>(asked) : std::min<double>(static_cast<double>(asked), image);
      if (c.upscale_dpr) return base * c.dpr;
      return std::max(base, std::min<double>(base * c.dpr, image));
    };
    const auto size = planned(c.image, operation::resize(), c.options("absolute"), c.dpr).size;
    EXPECT_NEAR(size.width, expected(c.image.width, *c.width), 0.5001) << c.text();
    EXPECT_NEAR(size.height, expected(c.image.height, *c.height), 0.5001) << c.text();
  });
}

TEST(ResizeOperation, AbsoluteWithOneSideKeepsTheRatio) {
  EXPECT_EQ(planned({400, 200}, operation::resize(), {{"width", 100}, {"mode", "absolute"}}).size,
            (Size{100, 50}));
  EXPECT_EQ(planned({400, 200}, operation::resize(), {{"height", 100}, {"mode", "absolute"}}).size,
            (Size{200, 100}));
}

TEST(ResizeOperation, GivesKnownSizes) {
  const Operation& resize = operation::resize();
  EXPECT_EQ(planned({2725, 2225}, resize, {{"width", 720}}).size, (Size{720, 588}));
  EXPECT_EQ(planned({1920, 1080}, resize, {{"width", 500}, {"height", 500}}).size, (Size{500, 281}));
  EXPECT_EQ(planned({1920, 1080}, resize, {{"width", 500}, {"height", 500}, {"mode", "fill"}}).size,
            (Size{889, 500}));
  EXPECT_EQ(planned({10000, 1}, resize, {{"width", 100}}).size, (Size{100, 1}));
  EXPECT_EQ(planned({333, 333}, resize, {{"width", 333}}, 1.5).size, (Size{499, 499}));
  EXPECT_EQ(planned({333, 333}, resize, {{"width", 333}, {"mode", "fill"}}, 1.5).size, (Size{500, 500}));
}

TEST(ResizeOperation, ProductsThatMissAnIntegerByAHairDoNotCostAPixel) {
  // 200 x 1.1 is 220.00000000000003 and 300 x 1.15 is 345 less a little in binary.
  EXPECT_EQ(planned({1000, 1000}, operation::resize(), {{"width", 200}, {"mode", "fill"}}, 1.1).size,
            (Size{220, 220}));
  EXPECT_EQ(planned({1000, 1000}, operation::resize(), {{"width", 300}}, 1.15).size, (Size{345, 345}));
}

TEST(ResizeOperation, AppendsNothingWhereTheSizeStays) {
  EXPECT_TRUE(planned({300, 200}, operation::resize(), {{"width", 300}}).steps.empty());
  EXPECT_TRUE(planned({300, 200}, operation::resize(), {{"width", 900}, {"upscale", false}}).steps.empty());
}

TEST(ResizeOperation, ASecondResizeComparesInDevicePixels) {
  auto context = image_of({4000, 4000}, 2);
  plan_on(context, operation::resize(), {{"width", 1000}});
  ASSERT_EQ(context.size, (Size{2000, 2000}));
  // At a ratio of 1 the image would be 1000 wide and stay so; at 2 it is 2000 and stays so.
  plan_on(context, operation::resize(), {{"width", 1500}, {"upscale", false}});
  EXPECT_EQ(context.size, (Size{2000, 2000}));
  plan_on(context, operation::resize(), {{"width", 500}});
  EXPECT_EQ(context.size, (Size{1000, 1000}));
}

TEST(ResizeOperation, SizesPastWhatAnImageCanHaveSaturate) {
  const auto size = planned({1, 225'000'000}, operation::resize(), {{"width", 10'000}}, 10).size;
  EXPECT_EQ(size.width, 100'000);
  EXPECT_EQ(size.height, std::numeric_limits<std::int32_t>::max());
}

}  // namespace
}  // namespace rucola::render
