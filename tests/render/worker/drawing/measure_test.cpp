// What a worker measures.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/drawn.h"

namespace rucola::render::worker {
namespace {

using samples::VImage;
using testing::ElementsAre;

// ---- measurements

Measured measured(const VImage& image, const std::vector<Step>& steps, Measurement measurement) {
  const std::string file = samples::file(image, ".png");
  const File bytes{file};
  const Plan plan = plan_for({image.width(), image.height()}, steps);
  auto result = measure(Files(&bytes, 1), plan, measurement, limits);
  if (!result) throw std::runtime_error(result.error().message.text);
  return *std::move(result);
}

Measurement trim(double fuzzy) {
  return {.kind = Measurement::Kind::trim, .fuzzy = fuzzy};
}

TEST(Measure, EntropyIsInBits) {
  EXPECT_THAT(measured(samples::uniform(20, 10, {80, 80, 80}), {}, {}), ElementsAre(0));
  VImage halves = samples::uniform(20, 10, {0, 0, 0}).copy_memory();
  halves.draw_rect({255, 255, 255}, 0, 0, 10, 10, VImage::option()->set("fill", TRUE));
  EXPECT_THAT(measured(halves, {}, {}), ElementsAre(testing::DoubleNear(1, 1e-9)));
  // The steps come first.
  EXPECT_THAT(measured(halves, {CropStep{.left = 2, .top = 2, .size = {4, 4}}}, {}), ElementsAre(0));
}

TEST(Measure, TrimFindsWhatIsNotBackground) {
  VImage box = samples::uniform(40, 30, {250, 250, 250}).copy_memory();
  box.draw_rect({240, 250, 250}, 3, 4, 5, 6, VImage::option()->set("fill", TRUE));
  box.draw_rect({10, 20, 30}, 20, 10, 11, 7, VImage::option()->set("fill", TRUE));
  EXPECT_THAT(measured(box, {}, trim(0)), ElementsAre(3, 4, 28, 13));
  EXPECT_THAT(measured(box, {}, trim(5)), ElementsAre(20, 10, 11, 7));
  EXPECT_THAT(measured(box, {}, trim(100)), ElementsAre(0, 0, 40, 30));
}

TEST(Measure, TrimSeesTransparencyAndLeavesOneColorAlone) {
  VImage hidden = samples::uniform(10, 10, {9, 9, 9, 0}).copy_memory();
  hidden.draw_rect({9, 9, 9, 255}, 4, 5, 2, 3, VImage::option()->set("fill", TRUE));
  EXPECT_THAT(measured(hidden, {}, trim(0)), ElementsAre(4, 5, 2, 3));
  EXPECT_THAT(measured(samples::uniform(1, 1, {9, 9, 9}), {}, trim(0)), ElementsAre(0, 0, 1, 1));
}

// What is measured is on its way to a smaller result.
TEST(Measure, IsNotLimitedAsResultsAre) {
  VImage image = samples::uniform(100, 40, {9, 9, 9}).copy_memory();
  image.draw_rect({90, 9, 9}, 4, 5, 2, 3, VImage::option()->set("fill", TRUE));
  const std::string file = samples::file(image, ".png");
  const File bytes{file};
  protocol::Limits small = limits;
  small.output_side = 99;
  small.output_pixels = 3'999;
  const auto box = measure(Files(&bytes, 1), plan_for({100, 40}, {}), trim(0), small);
  ASSERT_TRUE(box) << box.error().message.text;
  EXPECT_THAT(*box, ElementsAre(4, 5, 2, 3));
}

}  // namespace
}  // namespace rucola::render::worker
