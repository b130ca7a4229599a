#include "catalog/change_follower.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "base/request_id.h"
#include "catalog/fake_feed.h"

namespace rucola::catalog {
namespace {

const std::string hash(40, 'a');

struct Answer {
  AsOf as_of;
  Dependencies dependencies;
  std::int64_t unchanged_until = ChangeFollower::not_looked_yet;
};

class ChangeFollowerTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(catch_up(follower)); }

  /// Of a look-up that shows everything up to now.
  Answer answer_about_logo() {
    Answer answer{.as_of = {follower.epoch(), feed.newest()}, .dependencies = {}};
    answer.dependencies.add_organization("acme");
    answer.dependencies.add_alias("acme", "logo");
    answer.dependencies.add_image("acme", hash);
    return answer;
  }
  bool holds(Answer& answer) {
    return follower.still_holds(answer.as_of, answer.dependencies.all(), answer.unchanged_until);
  }
  void commit(ChangeKind kind, const std::string& organization, const std::string& name) {
    feed.commit(kind, organization, name);
  }

  FakeFeed feed;
  ChangeFollower follower{feed};
};

TEST_F(ChangeFollowerTest, IsCurrentUntilTheBellRings) {
  EXPECT_TRUE(follower.is_current());
  feed.ring();
  EXPECT_FALSE(follower.is_current());
  EXPECT_TRUE(catch_up(follower));
  EXPECT_TRUE(follower.is_current());
}

TEST_F(ChangeFollowerTest, WhoWaitsIsCalledForTheirOwnRequest) {
  std::promise<std::string> told;
  {
    const RequestScope scope("asked");
    follower.when_current([&told](bool /*caught_up*/) { told.set_value(std::string(current_request())); });
  }
  EXPECT_EQ(told.get_future().get(), "asked");
}

TEST_F(ChangeFollowerTest, AChangeOfWhatAnAnswerDependsOnEndsIt) {
  Answer answer = answer_about_logo();
  EXPECT_TRUE(holds(answer));
  commit(ChangeKind::alias, "acme", "logo");
  catch_up(follower);
  EXPECT_FALSE(holds(answer));
  Answer next = answer_about_logo();
  EXPECT_TRUE(holds(next));
}

TEST_F(ChangeFollowerTest, ChangesOfOthersEndNothing) {
  Answer answer = answer_about_logo();
  commit(ChangeKind::alias, "acme", "banner");
  commit(ChangeKind::alias, "other", "logo");
  commit(ChangeKind::stack, "acme", "logo");
  commit(ChangeKind::image, "acme", std::string(40, 'b'));
  feed.ring();
  catch_up(follower);
  EXPECT_TRUE(holds(answer));
}

TEST_F(ChangeFollowerTest, AnAnswerThatComesLateIsNoLessStale) {
  Answer late = answer_about_logo();
  commit(ChangeKind::alias, "acme", "logo");
  catch_up(follower);
  EXPECT_FALSE(holds(late)) << "its first look, long after the change was noted";
}

TEST_F(ChangeFollowerTest, AnAnswerThatIsNewerThanWhatWasNotedHoldsOnceThatIsNoted) {
  commit(ChangeKind::alias, "acme", "logo");
  Answer newer = answer_about_logo();
  EXPECT_FALSE(holds(newer)) << "the change that it shows may be of a catalog that is gone by now";
  catch_up(follower);
  EXPECT_TRUE(holds(newer));
}

TEST_F(ChangeFollowerTest, WhoHasLookedOnceLooksAgainAfterTheNextChange) {
  Answer answer = answer_about_logo();
  commit(ChangeKind::alias, "acme", "banner");
  catch_up(follower);
  ASSERT_TRUE(holds(answer));
  commit(ChangeKind::alias, "acme", "logo");
  catch_up(follower);
  EXPECT_FALSE(holds(answer));
}

TEST_F(ChangeFollowerTest, APrunedFeedEndsEverything) {
  Answer answer = answer_about_logo();
  commit(ChangeKind::alias, "other", "x");
  commit(ChangeKind::alias, "other", "y");
  feed.prune();
  catch_up(follower);
  EXPECT_FALSE(holds(answer));
  Answer next = answer_about_logo();
  EXPECT_TRUE(holds(next));
}

TEST_F(ChangeFollowerTest, AnotherEpochEndsEverything) {
  commit(ChangeKind::alias, "other", "x");
  catch_up(follower);
  Answer answer = answer_about_logo();
  feed.restore("second", feed.newest().number);
  catch_up(follower);
  EXPECT_FALSE(holds(answer));
}

TEST_F(ChangeFollowerTest, ASmallerNumberEndsEverythingAndChangesCountFromThere) {
  for (int i = 0; i < 10; ++i)
    commit(ChangeKind::alias, "acme", "logo");
  catch_up(follower);
  Answer answer = answer_about_logo();
  feed.restore("first", 3);
  catch_up(follower);
  EXPECT_FALSE(holds(answer));
  Answer next = answer_about_logo();
  EXPECT_TRUE(holds(next)) << "the higher numbers of before are forgotten";
  commit(ChangeKind::alias, "acme", "logo");
  catch_up(follower);
  EXPECT_FALSE(holds(next));
}

/// A backup was put back under the running server, and one other change made: the feed's number was the one
/// that had been noted last, and what the restore took back went on being served.
TEST_F(ChangeFollowerTest, ARestoredCatalogWhoseNumbersCatchUpEndsEverything) {
  const FakeFeed::Backup backup = feed.backup();
  commit(ChangeKind::alias, "acme", "logo");
  catch_up(follower);
  Answer moved = answer_about_logo();
  ASSERT_TRUE(holds(moved));
  feed.restore(backup);
  commit(ChangeKind::alias, "acme", "banner");
  ASSERT_EQ(feed.newest().number, moved.as_of.newest.number);
  catch_up(follower);
  EXPECT_FALSE(holds(moved));
  Answer next = answer_about_logo();
  EXPECT_TRUE(holds(next));
}

TEST_F(ChangeFollowerTest, ARestoredCatalogWhoseNumbersOvertakeEndsEverything) {
  const FakeFeed::Backup backup = feed.backup();
  commit(ChangeKind::alias, "acme", "logo");
  catch_up(follower);
  Answer moved = answer_about_logo();
  feed.restore(backup);
  for (int i = 0; i < 5; ++i)
    commit(ChangeKind::alias, "acme", "banner" + std::to_string(i));
  catch_up(follower);
  EXPECT_FALSE(holds(moved));
}

/// The follower never saw the change that the answer shows: what it noted is whole, and goes past it.
TEST_F(ChangeFollowerTest, AnAnswerOfAChangeThatARestoreTookBackEnds) {
  for (const bool is_looked_at_between : {false, true}) {
    const FakeFeed::Backup backup = feed.backup();
    commit(ChangeKind::alias, "acme", "logo");
    Answer taken_back = answer_about_logo();
    if (is_looked_at_between) {
      EXPECT_FALSE(holds(taken_back));
    }
    Answer kept = taken_back;
    kept.as_of.newest = backup.changes.back().place;
    feed.restore(backup);
    commit(ChangeKind::alias, "acme", "banner");
    catch_up(follower);
    EXPECT_TRUE(holds(kept)) << "what is as old as the backup";
    EXPECT_FALSE(holds(taken_back));
  }
}

/// Restored once more, to what had been noted before: numbers of then would have told for those of now.
/// A new server's first answers were looked up twice, as its feed had had no change to go on from.
TEST_F(ChangeFollowerTest, TheFirstChangesOfAFeedEndNothing) {
  feed.restore("new", 0);
  catch_up(follower);
  commit(ChangeKind::organization, "acme", "");
  commit(ChangeKind::alias, "acme", "logo");
  Answer answer = answer_about_logo();
  catch_up(follower);
  EXPECT_TRUE(holds(answer));
}

TEST_F(ChangeFollowerTest, WhatWasNotedOfACatalogThatWasReplacedTellsNothing) {
  const FakeFeed::Backup old = feed.backup();
  for (int i = 0; i < 3; ++i)
    commit(ChangeKind::alias, "acme", "x");
  catch_up(follower);
  feed.restore(old);
  commit(ChangeKind::alias, "acme", "logo");
  const FakeFeed::Backup moved = feed.backup();
  catch_up(follower);
  feed.restore(old);
  Answer before_the_move = answer_about_logo();
  feed.restore(moved);
  catch_up(follower);
  EXPECT_FALSE(holds(before_the_move));
}

TEST_F(ChangeFollowerTest, AnAnswerThatComesAfterMoreChangesThanAreRememberedEnds) {
  Answer late = answer_about_logo();
  const std::uint64_t epoch = follower.epoch();
  for (int i = 0; i < 70'000; ++i) {
    commit(ChangeKind::alias, "other", "x");
    if (i % 10'000 == 0) catch_up(follower);
  }
  catch_up(follower);
  ASSERT_EQ(follower.epoch(), epoch);
  EXPECT_FALSE(holds(late));
  Answer next = answer_about_logo();
  EXPECT_TRUE(holds(next));
}

/// A new catalog was put in the place of the old one: nobody rings any more, and memory went on answering.
TEST_F(ChangeFollowerTest, ACatalogThatWasReplacedEndsEverythingThoughNoBellRings) {
  Answer answer = answer_about_logo();
  ASSERT_TRUE(follower.is_current());
  feed.put_in_place(false);
  while (follower.is_current())
    std::this_thread::yield();
  EXPECT_FALSE(holds(answer));
  EXPECT_FALSE(catch_up(follower));
  feed.put_in_place(true);
  EXPECT_TRUE(catch_up(follower));
  EXPECT_TRUE(follower.is_current());
  EXPECT_FALSE(holds(answer));
  Answer next = answer_about_logo();
  EXPECT_TRUE(holds(next));
}

TEST_F(ChangeFollowerTest, AKindThatOnlyANewerProgramKnowsEndsEverything) {
  Answer answer = answer_about_logo();
  feed.commit(std::nullopt, "acme", "thing");
  catch_up(follower);
  EXPECT_FALSE(holds(answer));
}

TEST_F(ChangeFollowerTest, WhoIsFarBehindBeginsAnew) {
  Answer answer = answer_about_logo();
  for (int i = 0; i < 10'001; ++i)
    commit(ChangeKind::alias, "other", std::to_string(i));
  catch_up(follower);
  EXPECT_FALSE(holds(answer));
  EXPECT_TRUE(follower.is_current());
}

TEST_F(ChangeFollowerTest, ForgettingAllEndsEverything) {
  Answer answer = answer_about_logo();
  follower.forget_all();
  EXPECT_FALSE(holds(answer));
  Answer next = answer_about_logo();
  EXPECT_TRUE(holds(next));
}

TEST_F(ChangeFollowerTest, AFeedThatCannotBeReadIsNeverCurrent) {
  commit(ChangeKind::alias, "acme", "logo");
  feed.fail_from_now_on(true);
  EXPECT_FALSE(catch_up(follower));
  EXPECT_FALSE(follower.is_current());
  feed.fail_from_now_on(false);
  EXPECT_TRUE(catch_up(follower));
  EXPECT_TRUE(follower.is_current());
}

TEST_F(ChangeFollowerTest, ManyWhoWaitShareAReading) {
  const int before = feed.readings();
  std::promise<void> begun;
  std::promise<void> go_on;
  follower.when_current([&](bool /*caught_up*/) {
    begun.set_value();
    go_on.get_future().wait();
  });
  begun.get_future().wait();
  std::atomic<int> called = 0;
  for (int i = 0; i < 100; ++i)
    follower.when_current([&called](bool caught_up) { called += caught_up ? 1 : 0; });
  go_on.set_value();
  catch_up(follower);
  EXPECT_EQ(called, 100);
  EXPECT_LE(feed.readings(), before + 3);
}

TEST(ChangeFollowerEnd, WhoWaitsIsToldThatNobodyFollows) {
  FakeFeed feed;
  std::promise<void> begun;
  std::promise<void> go_on;
  std::promise<bool> told;
  auto follower = std::make_unique<ChangeFollower>(feed);
  follower->when_current([&](bool /*caught_up*/) {
    begun.set_value();
    go_on.get_future().wait();
  });
  begun.get_future().wait();
  // The destructor is on its way, or has yet to begin: in both cases this one is called. The pointer is the
  // other thread's by now.
  ChangeFollower& ending = *follower;
  std::thread ends([&follower] { follower.reset(); });
  ending.when_current([&told](bool caught_up) { told.set_value(caught_up); });
  go_on.set_value();
  told.get_future().wait();
  ends.join();
}

TEST_F(ChangeFollowerTest, AWaiterThatThrowsStopsNobodyElse) {
  follower.when_current([](bool /*caught_up*/) { throw std::runtime_error("told to throw"); });
  EXPECT_TRUE(catch_up(follower));
}

/// One writer moves an alias through numbers, readers keep answers: no answer may be served whose number is
/// smaller than what had been committed before the question.
TEST_F(ChangeFollowerTest, NoQuestionGetsAnAnswerOlderThanItself) {
  std::atomic<std::int64_t> committed = 0;
  std::atomic<bool> over = false;
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      std::optional<Answer> kept;
      while (!over) {
        const std::int64_t before = committed;
        if (kept && follower.is_current() && holds(*kept)) {
          EXPECT_GE(kept->as_of.newest.number, before);
          continue;
        }
        catch_up(follower);
        if (kept && holds(*kept)) {
          EXPECT_GE(kept->as_of.newest.number, before);
          continue;
        }
        kept = Answer{.as_of = {.epoch = follower.epoch()}, .dependencies = {}};
        kept->dependencies.add_alias("acme", "logo");
        kept->as_of.newest = feed.newest();
      }
    });
  }
  for (int i = 0; i < 2000; ++i) {
    if (i % 500 == 499) feed.prune();
    committed = feed.commit(ChangeKind::alias, "acme", "logo").number;
  }
  over = true;
  for (std::thread& reader : readers)
    reader.join();
}

}  // namespace
}  // namespace rucola::catalog
