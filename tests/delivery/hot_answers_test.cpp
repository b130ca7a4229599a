#include "delivery/hot_answers.h"

#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

std::shared_ptr<const message::Response> answer(std::size_t bytes = 1) {
  auto response = std::make_shared<message::Response>();
  response->body = std::string(bytes, 'x');
  return response;
}

TEST(HotAnswers, FindsWhatWasInserted) {
  HotAnswers hot(1, 1 << 20);
  const auto kept = answer();
  hot.insert(0, "key", 7, kept);
  EXPECT_EQ(hot.find(0, "key", 7), kept);
  EXPECT_EQ(hot.find(0, "other", 7), nullptr);
}

TEST(HotAnswers, AnyChangeOfTheCatalogMakesThemUseless) {
  HotAnswers hot(1, 1 << 20);
  hot.insert(0, "key", 7, answer());
  EXPECT_EQ(hot.find(0, "key", 8), nullptr);
  EXPECT_EQ(hot.find(0, "key", 7), nullptr) << "a stale entry is gone for good";
}

TEST(HotAnswers, AnAnswerIsGoodOnlyUntilABetterOneHasCome) {
  HotAnswers hot(1, 1 << 20);
  const auto superseded = std::make_shared<std::atomic<bool>>(false);
  const auto kept = answer();
  hot.insert(0, "key", 7, kept, superseded);
  EXPECT_EQ(hot.find(0, "key", 7), kept);
  superseded->store(true);
  EXPECT_EQ(hot.find(0, "key", 7), nullptr);
}

TEST(HotAnswers, LanesAreApart) {
  HotAnswers hot(2, 1 << 20);
  hot.insert(0, "key", 7, answer());
  EXPECT_EQ(hot.find(1, "key", 7), nullptr);
}

TEST(HotAnswers, ReplacesAnEntryOfTheSameKey) {
  HotAnswers hot(1, 1 << 20);
  hot.insert(0, "key", 7, answer());
  const auto newer = answer();
  hot.insert(0, "key", 8, newer);
  EXPECT_EQ(hot.find(0, "key", 8), newer);
}

TEST(HotAnswers, TheLeastRecentlyUsedGoesFirst) {
  HotAnswers hot(1, 100'000);
  for (const char* key : {"a", "b", "c", "d", "e", "f", "g", "h"})
    hot.insert(0, key, 1, answer(10'000));
  ASSERT_NE(hot.find(0, "a", 1), nullptr);
  for (const char* key : {"i", "j"})
    hot.insert(0, key, 1, answer(10'000));
  EXPECT_NE(hot.find(0, "a", 1), nullptr);
  EXPECT_EQ(hot.find(0, "b", 1), nullptr);
}

TEST(HotAnswers, OneGiantDoesNotEmptyTheLane) {
  HotAnswers hot(1, 100'000);
  hot.insert(0, "small", 1, answer());
  hot.insert(0, "giant", 1, answer(90'000));
  EXPECT_NE(hot.find(0, "small", 1), nullptr);
  EXPECT_EQ(hot.find(0, "giant", 1), nullptr);
}

}  // namespace
}  // namespace rucola::delivery
