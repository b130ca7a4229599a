#include "base/sharded_lru.h"

#include <memory>

#include <gtest/gtest.h>

namespace rucola {
namespace {

constexpr auto keep = [](const auto& /*value*/) { return Verdict::keep; };

TEST(ShardedLru, TakesTheColdestOfAllShards) {
  ShardedLru<int> table;
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(table.insert(std::to_string(i), i));
  table.visit("0", keep);
  EXPECT_EQ(table.take_coldest(), 1);
  EXPECT_EQ(table.take_coldest(), 2);
  for (int i = 3; i < 100; ++i)
    EXPECT_EQ(table.take_coldest(), i);
  EXPECT_EQ(table.take_coldest(), 0) << "it was used last";
  EXPECT_EQ(table.take_coldest(), std::nullopt);
}

TEST(ShardedLru, InsertKeepsAndReplaceGivesBackWhatWasThere) {
  ShardedLru<int> table;
  EXPECT_TRUE(table.insert("a", 1));
  EXPECT_FALSE(table.insert("a", 2));
  EXPECT_EQ(table.replace("a", 3), 1);
  EXPECT_EQ(table.replace("b", 4), std::nullopt);
  EXPECT_TRUE(table.contains("a"));
  EXPECT_FALSE(table.contains("c"));
}

TEST(ShardedLru, WhoVisitsMayDrop) {
  ShardedLru<int> table;
  table.insert("a", 1);
  EXPECT_EQ(table.visit("a", [](int value) { return value == 1 ? Verdict::drop : Verdict::keep; }), 1);
  EXPECT_FALSE(table.contains("a"));
  EXPECT_EQ(table.visit("a", [](int /*value*/) -> Verdict { throw std::logic_error("not there"); }),
            std::nullopt);
}

TEST(ShardedLru, LookingWhetherAKeyIsThereIsNoUse) {
  ShardedLru<std::unique_ptr<int>> table;
  table.insert("old", std::make_unique<int>(1));
  table.insert("new", std::make_unique<int>(2));
  EXPECT_TRUE(table.contains("old"));
  EXPECT_EQ(**table.take_coldest(), 1);
}

}  // namespace
}  // namespace rucola
