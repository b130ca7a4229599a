#include "cdn/merged_purge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::cdn {
namespace {

using ::testing::ElementsAre;

catalog::PurgeDelivery delivery(std::vector<std::string> tags) {
  catalog::PurgeDelivery one;
  one.tags = std::move(tags);
  return one;
}

TEST(MergedPurge, TakesWhatFits) {
  const std::vector deliveries{delivery({"a1", "a2"}), delivery({"a3"}), delivery({"a4"})};
  const auto merged = merge_from_front(deliveries, 3);
  EXPECT_EQ(merged.deliveries.size(), 2U);
  EXPECT_THAT(merged.tags, ElementsAre("a1", "a2", "a3"));
}

TEST(MergedPurge, CountsATagOnce) {
  const std::vector deliveries{delivery({"a1"}), delivery({"a1", "a1"}), delivery({"a1", "a2"}),
                               delivery({"a3"})};
  const auto merged = merge_from_front(deliveries, 2);
  EXPECT_EQ(merged.deliveries.size(), 3U);
  EXPECT_THAT(merged.tags, ElementsAre("a1", "a2"));
}

TEST(MergedPurge, TakesOneEvenWhereItIsTooLarge) {
  const std::vector deliveries{delivery({"a1", "a2", "a3"}), delivery({"a1"})};
  const auto merged = merge_from_front(deliveries, 2);
  EXPECT_EQ(merged.deliveries.size(), 1U);
  EXPECT_THAT(merged.tags, ElementsAre("a1", "a2", "a3"));
}

TEST(MergedPurge, DoesNotSkipOverOneThatDoesNotFit) {
  const std::vector deliveries{delivery({"a1"}), delivery({"a2", "a3"}), delivery({"a4"})};
  EXPECT_THAT(merge_from_front(deliveries, 2).tags, ElementsAre("a1"));
}

}  // namespace
}  // namespace rucola::cdn
