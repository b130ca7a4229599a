#include "cdn/tag_batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::cdn {
namespace {

std::vector<std::size_t> sizes(const std::vector<std::string>& tags, BatchLimits limits) {
  std::vector<std::size_t> counts;
  std::vector<std::string> all;
  for (const auto& batch : batches_of(tags, limits)) {
    counts.push_back(batch.size());
    all.insert(all.end(), batch.begin(), batch.end());
  }
  EXPECT_EQ(all, tags);
  return counts;
}

using ::testing::ElementsAre;

TEST(TagBatches, OfNothingAreNone) {
  EXPECT_THAT(sizes({}, {.tags = 10, .bytes = 10}), ElementsAre());
}

TEST(TagBatches, EndAtTheNumberOfTags) {
  EXPECT_THAT(sizes(std::vector<std::string>(7, "a"), {.tags = 3, .bytes = 1000}), ElementsAre(3, 3, 1));
  EXPECT_THAT(sizes(std::vector<std::string>(6, "a"), {.tags = 3, .bytes = 1000}), ElementsAre(3, 3));
}

TEST(TagBatches, EndAtTheBytesSeparatorsIncluded) {
  // "aaa bbb ccc" has 11 bytes.
  EXPECT_THAT(sizes({"aaa", "bbb", "ccc", "ddd"}, {.tags = 100, .bytes = 11}), ElementsAre(3, 1));
  EXPECT_THAT(sizes({"aaa", "bbb", "ccc", "ddd"}, {.tags = 100, .bytes = 10}), ElementsAre(2, 2));
}

TEST(TagBatches, ATagOverTheLimitGoesAlone) {
  EXPECT_THAT(sizes({"a", "too long", "b", "c"}, {.tags = 100, .bytes = 4}), ElementsAre(1, 1, 2));
}

TEST(TagBatches, AreJoinedByTheSeparator) {
  const std::vector<std::string> tags{"a", "b", "c"};
  EXPECT_EQ(joined(tags, ' '), "a b c");
  EXPECT_EQ(joined({}, ' '), "");
}

}  // namespace
}  // namespace rucola::cdn
