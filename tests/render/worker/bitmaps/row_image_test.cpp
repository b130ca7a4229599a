#include "render/worker/bitmaps/row_image.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

using testing::Each;
using vips::VImage;
using vips::VRegion;

constexpr int width = 2;

/// As frames that are painted one over the other: a row above the last one is had by starting again.
class Counting : public Rows {
 public:
  Counting(int height, bool in_order) : height_(height), in_order_(in_order) {}

  [[nodiscard]] RowLayout layout() const override {
    return {.size = {width, height_}, .bands = 1, .in_order = in_order_};
  }
  bool read(int y, std::span<std::uint8_t> row) override {
    if (y < next_) ++begun_again_;
    next_ = y + 1;
    std::ranges::fill(row, static_cast<std::uint8_t>(y));
    return true;
  }
  [[nodiscard]] int begun_again() const { return begun_again_; }

 private:
  int height_;
  bool in_order_;
  int next_ = 0;
  int begun_again_ = 0;
};

std::span<const std::uint8_t> rows_of(VRegion& region, int top, int height) {
  region.prepare(0, top, width, height);
  return {region.addr(0, top), static_cast<std::size_t>(width) * static_cast<std::size_t>(height)};
}

// Of two threads, the one with the lower part may come first: an animation of 1,000 frames was decoded from
// its first frame on for every part of the picture, and took longer than a job may.
TEST(RowImage, ReadsRowsInOrderOnceWhereALowerPartIsAskedForFirst) {
  const auto rows = std::make_shared<Counting>(40, true);
  const VImage image = image_of(rows);
  VRegion lower = VRegion::new_from_image(image);
  VRegion upper = VRegion::new_from_image(image);
  EXPECT_THAT(rows_of(lower, 9, 1), Each(9));
  EXPECT_THAT(rows_of(upper, 8, 1), Each(8));
  EXPECT_EQ(rows->begun_again(), 0);
}

TEST(RowImage, ReadsFromTheStartWhatIsLongPast) {
  constexpr int last = 100'000;
  const auto rows = std::make_shared<Counting>(last + 1, true);
  const VImage image = image_of(rows);
  VRegion region = VRegion::new_from_image(image);
  EXPECT_THAT(rows_of(region, last, 1), Each(last % 256));
  EXPECT_THAT(rows_of(region, 3, 1), Each(3));
  EXPECT_EQ(rows->begun_again(), 1);
}

TEST(RowImage, KeepsNoRowsThatCanBeHadInAnyOrder) {
  const auto rows = std::make_shared<Counting>(40, false);
  const VImage image = image_of(rows);
  VRegion region = VRegion::new_from_image(image);
  EXPECT_THAT(rows_of(region, 9, 1), Each(9));
  EXPECT_THAT(rows_of(region, 8, 1), Each(8));
  EXPECT_EQ(rows->begun_again(), 1);
}

}  // namespace
}  // namespace rucola::render::worker
