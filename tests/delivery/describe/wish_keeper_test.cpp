#include "delivery/describe/wish_keeper.h"

#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

TEST(WishDelay, GrowsAndEnds) {
  auto before = std::chrono::minutes{0};
  std::int32_t failures = 1;
  for (; delay_after(failures); ++failures) {
    EXPECT_GT(*delay_after(failures), before);
    before = *delay_after(failures);
  }
  EXPECT_EQ(failures, 7);
  EXPECT_FALSE(delay_after(100));
}

}  // namespace
}  // namespace rucola::delivery
