#include "base/in_use.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace rucola {
namespace {

constexpr auto is_same = [](const std::string& one, const std::string& other) { return one == other; };

std::shared_ptr<const std::string> thing(const std::string& text) {
  return std::make_shared<const std::string>(text);
}

TEST(InUse, WhoeverComesSecondTakesWhatTheFirstHolds) {
  InUse<const std::string> in_use;
  EXPECT_EQ(in_use.find("key"), nullptr);
  const auto first = thing("a");
  EXPECT_EQ(in_use.share("key", first, is_same), first);
  EXPECT_EQ(in_use.find("key"), first);
  EXPECT_EQ(in_use.share("key", thing("a"), is_same), first);
  EXPECT_EQ(in_use.find("other"), nullptr);
}

TEST(InUse, KeepsNothingAlive) {
  InUse<const std::string> in_use;
  const std::weak_ptr<const std::string> gone = in_use.share("key", thing("a"), is_same);
  EXPECT_TRUE(gone.expired());
  EXPECT_EQ(in_use.find("key"), nullptr);
  const auto again = thing("a");
  EXPECT_EQ(in_use.share("key", again, is_same), again);
  EXPECT_EQ(in_use.find("key"), again);
}

TEST(InUse, AnotherThingUnderTheSameKeyTakesThePlaceOfTheFirst) {
  InUse<const std::string> in_use;
  const auto first = in_use.share("key", thing("a"), is_same);
  const auto second = thing("b");
  EXPECT_EQ(in_use.share("key", second, is_same), second);
  EXPECT_EQ(in_use.find("key"), second);
  EXPECT_EQ(*first, "a");
}

TEST(InUse, ThoseAliveAreFoundHoweverManyHaveGone) {
  InUse<const std::string> in_use;
  const auto stays = in_use.share("stays", thing("a"), is_same);
  for (int number = 0; number < 1000; ++number)
    in_use.share(std::to_string(number), thing("b"), is_same);
  EXPECT_EQ(in_use.find("stays"), stays);
  EXPECT_EQ(in_use.find("999"), nullptr);
}

TEST(InUse, OfManyWhoComeAtOnceAllGetTheSame) {
  InUse<const std::string> in_use;
  std::vector<std::shared_ptr<const std::string>> taken(8);
  std::vector<std::thread> threads;
  threads.reserve(taken.size());
  for (auto& one : taken)
    threads.emplace_back([&in_use, &one] { one = in_use.share("key", thing("a"), is_same); });
  for (std::thread& thread : threads)
    thread.join();
  for (const auto& one : taken)
    EXPECT_EQ(one, taken.front());
}

}  // namespace
}  // namespace rucola
