#include "delivery/cache/hot_answers.h"

#include <gtest/gtest.h>

#include "catalog/fake_feed.h"

namespace rucola::delivery {
namespace {

class HotAnswersTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(catalog::catch_up(changes)); }

  static std::shared_ptr<const StoredRender> render(std::size_t bytes = 1) {
    return stored_render(std::string(bytes, 'x'), "image/jpeg", {});
  }

  HotAnswer answer(const std::shared_ptr<const StoredRender>& from = render(),
                   Superseded superseded = {}) const {
    auto response = std::make_shared<message::Response>();
    response->body = message::SharedBytes(from, &from->bytes);
    catalog::Dependencies dependencies;
    dependencies.add_alias("acme", "logo");
    return {.response = response,
            .render = from,
            .as_of = {changes.epoch(), feed.newest()},
            .dependencies = dependencies,
            .superseded = std::move(superseded)};
  }

  /// Good for who has the picture of that tag.
  HotAnswer bodiless(const std::string& etag) const {
    auto response = std::make_shared<message::Response>();
    response->etag = etag;
    HotAnswer without = answer();
    without.response = response;
    without.render = nullptr;
    return without;
  }

  static message::Request asking(message::Headers headers, message::Method method = message::Method::get) {
    message::Request request;
    request.method = method;
    request.headers = std::move(headers);
    return request;
  }

  static Settings with_room_for(std::int64_t bytes) {
    Settings settings;
    settings.hot_bytes = bytes;
    return settings;
  }

  catalog::FakeFeed feed;
  catalog::ChangeFollower changes{feed};
  LiveSettings settings{with_room_for(1 << 20)};
  HotAnswers hot{changes, settings};
};

TEST_F(HotAnswersTest, FindsWhatWasInserted) {
  const HotAnswer kept = answer();
  hot.insert("key", kept);
  EXPECT_EQ(hot.find("key"), kept.response);
  EXPECT_EQ(hot.find("other"), nullptr);
}

TEST_F(HotAnswersTest, AChangeOfWhatItDependsOnMakesAnAnswerUseless) {
  hot.insert("key", answer());
  feed.commit(catalog::ChangeKind::alias, "acme", "logo");
  catalog::catch_up(changes);
  EXPECT_EQ(hot.find("key"), nullptr);
  EXPECT_FALSE(hot.knows("key")) << "a stale entry is gone for good";
}

TEST_F(HotAnswersTest, AChangeOfAnythingElseDoesNot) {
  hot.insert("key", answer());
  feed.commit(catalog::ChangeKind::alias, "other", "logo");
  catalog::catch_up(changes);
  EXPECT_NE(hot.find("key"), nullptr);
}

TEST_F(HotAnswersTest, AnAnswerIsGoodOnlyUntilABetterOneHasCome) {
  const auto superseded = std::make_shared<std::atomic<bool>>(false);
  hot.insert("key", answer(render(), superseded));
  EXPECT_NE(hot.find("key"), nullptr);
  superseded->store(true);
  EXPECT_EQ(hot.find("key"), nullptr);
}

TEST_F(HotAnswersTest, AnAnswerEndsWithItsTime) {
  HotAnswer over = answer();
  over.until = now();
  hot.insert("over", over);
  EXPECT_EQ(hot.find("over"), nullptr);
  HotAnswer good = answer();
  good.until = now() + std::chrono::hours{1};
  hot.insert("good", good);
  EXPECT_NE(hot.find("good"), nullptr);
}

TEST_F(HotAnswersTest, ReplacesAnEntryOfTheSameKey) {
  hot.insert("key", answer());
  const HotAnswer newer = answer();
  hot.insert("key", newer);
  EXPECT_EQ(hot.find("key"), newer.response);
}

TEST_F(HotAnswersTest, TheLeastRecentlyUsedGoesFirst) {
  const LiveSettings little(with_room_for(100'000));
  HotAnswers small(changes, little);
  for (const char* key : {"a", "b", "c", "d", "e", "f", "g", "h"})
    small.insert(key, answer(render(10'000)));
  ASSERT_NE(small.find("a"), nullptr);
  for (const char* key : {"i", "j"})
    small.insert(key, answer(render(10'000)));
  EXPECT_NE(small.find("a"), nullptr);
  EXPECT_EQ(small.find("b"), nullptr);
}

TEST_F(HotAnswersTest, ASmallerBudgetHoldsFromTheNextInsertOn) {
  for (const char* key : {"a", "b", "c", "d"})
    hot.insert(key, answer(render(10'000)));
  settings.replace(with_room_for(100'000));
  hot.insert("e", answer(render(10'000)));
  EXPECT_NE(hot.find("a"), nullptr) << "there is room for all five";
  settings.replace(with_room_for(0));
  hot.insert("f", answer(render(10'000)));
  for (const char* key : {"a", "b", "c", "d", "e", "f"})
    EXPECT_FALSE(hot.knows(key)) << key;
  settings.replace(with_room_for(1 << 20));
  hot.insert("g", answer(render(10'000)));
  EXPECT_NE(hot.find("g"), nullptr);
}

TEST_F(HotAnswersTest, OneGiantDoesNotEmptyTheTable) {
  const LiveSettings little(with_room_for(100'000));
  HotAnswers small(changes, little);
  small.insert("small", answer());
  small.insert("giant", answer(render(90'000)));
  EXPECT_NE(small.find("small"), nullptr);
  EXPECT_EQ(small.find("giant"), nullptr);
}

/// 2,000 URLs of 49 MB were served at half the speed, since each loop had half of 64 MB, and bodies that the
/// memory cache held anyway were counted again.
TEST_F(HotAnswersTest, BodiesThatTheMemoryCacheHoldsAreCountedOnce) {
  const LiveSettings little(with_room_for(100'000));
  HotAnswers small(changes, little);
  std::vector<std::shared_ptr<const StoredRender>> in_memory;
  for (int i = 0; i < 20; ++i) {
    in_memory.push_back(render(10'000));
    in_memory.back()->residency.enter_memory(10'000);
    small.insert("key" + std::to_string(i), answer(in_memory.back()));
  }
  for (int i = 0; i < 20; ++i)
    EXPECT_NE(small.find("key" + std::to_string(i)), nullptr) << i;

  for (const auto& evicted : in_memory)
    evicted->residency.leave_memory(10'000);
  small.insert("one more", answer());
  EXPECT_EQ(small.find("key0"), nullptr) << "what only hot answers keep alive is theirs to pay";
  EXPECT_NE(small.find("one more"), nullptr);
}

TEST_F(HotAnswersTest, ABodyOfTwoUrlsIsCountedOnce) {
  const LiveSettings little(with_room_for(100'000));
  HotAnswers small(changes, little);
  const auto shared = render(10'000);
  for (int i = 0; i < 20; ++i)
    small.insert("key" + std::to_string(i), answer(shared));
  for (int i = 0; i < 20; ++i)
    EXPECT_NE(small.find("key" + std::to_string(i)), nullptr) << i;
}

TEST_F(HotAnswersTest, WithoutABodyItSuitsThoseWhoHaveThat) {
  const HotAnswer kept = bodiless("\"a\"");
  const message::Response& without = *kept.response;
  EXPECT_TRUE(suits(without, asking({{"If-None-Match", "\"a\""}})));
  EXPECT_TRUE(suits(without, asking({{"If-None-Match", "\"b\", W/\"a\""}})));
  EXPECT_TRUE(suits(without, asking({{"If-None-Match", "*"}}, message::Method::head)));
  EXPECT_FALSE(suits(without, asking({})));
  EXPECT_FALSE(suits(without, asking({{"If-None-Match", "\"b\""}})));
  EXPECT_FALSE(suits(without, asking({{"If-Match", "\"b\""}, {"If-None-Match", "\"a\""}})))
      << "412 is another's";
  EXPECT_FALSE(suits(without, asking({{"Range", "bytes=0-9"}})));
  EXPECT_TRUE(suits(*answer().response, asking({})));
}

TEST_F(HotAnswersTest, WithoutABodyItIsInNobodysPlace) {
  const HotAnswer whole = answer();
  hot.insert("key", whole);
  hot.insert_bodiless("key", bodiless("\"a\""));
  EXPECT_EQ(hot.find("key"), whole.response);
  feed.commit(catalog::ChangeKind::alias, "acme", "logo");
  catalog::catch_up(changes);
  const HotAnswer without = bodiless("\"b\"");
  hot.insert_bodiless("key", without);
  EXPECT_EQ(hot.find("key"), without.response) << "the whole one held no longer";
  const HotAnswer newer = bodiless("\"c\"");
  hot.insert_bodiless("key", newer);
  EXPECT_EQ(hot.find("key"), newer.response);
  const HotAnswer again = answer();
  hot.insert("key", again);
  EXPECT_EQ(hot.find("key"), again.response);
}

TEST_F(HotAnswersTest, WithoutABodyItEndsAsOthersDo) {
  hot.insert_bodiless("key", bodiless("\"a\""));
  feed.commit(catalog::ChangeKind::alias, "acme", "logo");
  catalog::catch_up(changes);
  EXPECT_EQ(hot.find("key"), nullptr);
}

TEST_F(HotAnswersTest, WithoutABodyItTakesRoomForItsHead) {
  const LiveSettings little(with_room_for(100'000));
  HotAnswers small(changes, little);
  for (int i = 0; i < 200; ++i)
    small.insert_bodiless("key" + std::to_string(i), bodiless("\"a\""));
  EXPECT_EQ(small.find("key0"), nullptr);
  EXPECT_NE(small.find("key199"), nullptr);
}

}  // namespace
}  // namespace rucola::delivery
