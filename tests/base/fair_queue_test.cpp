#include "base/fair_queue.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace rucola {
namespace {

using Queue = FairQueue<int>;

constexpr std::chrono::hours long_enough{1};

Queue::Bounds bounds(std::size_t waiting) {
  return {.waiting = waiting, .waiting_per_owner = Queue::unlimited, .longest_wait = long_enough};
}

TEST(FairQueue, FirstComeFirstServed) {
  Queue queue(bounds(10));
  queue.add(1, {"acme"});
  queue.add(2, {"acme"});
  EXPECT_EQ(queue.waiting(), 2U);
  EXPECT_EQ(queue.take()->item, 1);
  EXPECT_EQ(queue.take()->item, 2);
}

TEST(FairQueue, OwnersTakeTurns) {
  Queue queue(bounds(10));
  for (const int item : {1, 2, 3})
    queue.add(item, {"greedy"});
  queue.add(4, {"modest"});
  queue.add(5, {""});
  std::vector<int> order;
  for (int i = 0; i < 5; ++i)
    order.push_back(queue.take()->item);
  EXPECT_EQ(order, (std::vector{1, 4, 5, 2, 3}));
}

TEST(FairQueue, WhoseShareRunsIsPassedOver) {
  Queue queue(bounds(10));
  queue.add(1, {.owner = "greedy", .at_once = 1});
  queue.add(2, {.owner = "greedy", .at_once = 1});
  queue.add(3, {.owner = "modest", .at_once = 1});
  EXPECT_EQ(queue.take()->item, 1);
  EXPECT_EQ(queue.take()->item, 3);
  queue.finished({.owner = "modest", .at_once = 1});
  queue.finished({.owner = "greedy", .at_once = 1});
  EXPECT_EQ(queue.take()->item, 2);
}

TEST(FairQueue, ATakerIsWokenWhenAShareBecomesFree) {
  Queue queue(bounds(10));
  queue.add(1, {.owner = "acme", .at_once = 1});
  queue.add(2, {.owner = "acme", .at_once = 1});
  EXPECT_EQ(queue.take()->item, 1);
  std::thread taker([&] { EXPECT_EQ(queue.take()->item, 2); });
  queue.finished({.owner = "acme", .at_once = 1});
  taker.join();
}

TEST(FairQueue, OneTooManyIsHandedBack) {
  Queue queue(bounds(2));
  for (const int item : {1, 2, 3})
    queue.add(item, {"acme"});
  const auto refused = queue.take_refused();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->item, 3);
  EXPECT_EQ(refused->why, Refusal::full);
  EXPECT_EQ(queue.waiting(), 2U);
}

Queue::Admission at_most(std::size_t ahead) {
  return [ahead](const Queue::Outlook& outlook) { return outlook.ahead <= ahead; };
}

TEST(FairQueue, WhatWouldWaitTooLongIsHandedBackAtOnce) {
  Queue queue(bounds(10));
  for (const int item : {1, 2, 3})
    queue.add(item, {"acme"}, at_most(2));
  EXPECT_EQ(queue.waiting(), 3U);
  queue.add(4, {"acme"}, at_most(2));
  EXPECT_EQ(queue.waiting(), 3U);
  const auto refused = queue.take_refused();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->item, 4);
  EXPECT_EQ(refused->why, Refusal::full);
}

TEST(FairQueue, AnOwnersManyItemsAreNotAheadOfAnothersFirst) {
  Queue queue(bounds(100));
  for (int item = 0; item < 50; ++item)
    queue.add(item, {.owner = "greedy", .member = "one"});
  queue.add(50, {.owner = "modest"}, at_most(1));
  queue.add(51, {.owner = "greedy", .member = "another"}, at_most(3));
  EXPECT_EQ(queue.waiting(), 52U);
  std::vector<int> order;
  for (int i = 0; i < 4; ++i)
    order.push_back(queue.take()->item);
  EXPECT_EQ(order, (std::vector{0, 50, 51, 1}));
}

TEST(FairQueue, SaysSinceWhenSomethingHasBeenWaiting) {
  Queue queue(bounds(10));
  std::vector<Queue::Clock::duration> crowded;
  const auto noted = [&crowded](const Queue::Outlook& outlook) {
    crowded.push_back(outlook.crowded);
    return true;
  };
  queue.add(1, {"acme"}, noted);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  queue.add(2, {"acme"}, noted);
  EXPECT_GE(crowded.at(1), crowded.at(0) + std::chrono::milliseconds(5));
  queue.take();
  queue.take();
  queue.add(3, {"acme"}, noted);
  EXPECT_LT(crowded.at(2), crowded.at(1));
}

TEST(FairQueue, AFullShareIsTheOwnersOwn) {
  Queue queue({.waiting = 10, .waiting_per_owner = 1, .longest_wait = long_enough});
  queue.add(1, {"greedy"});
  queue.add(2, {"greedy"});
  queue.add(3, {"modest"});
  queue.add(4, {""});
  queue.add(5, {""});
  EXPECT_EQ(queue.take_refused()->why, Refusal::share_full);
  EXPECT_EQ(queue.waiting(), 4U) << "the house has no share";
}

std::vector<int> all_of(Queue& queue) {
  std::vector<int> order;
  while (queue.waiting() > 0)
    order.push_back(queue.take()->item);
  return order;
}

/// Two clients of one organization with many renders made its other clients wait for all of them.
TEST(FairQueue, MembersOfAnOwnerTakeTurns) {
  Queue queue(bounds(10));
  for (const int item : {1, 2, 3})
    queue.add(item, {.owner = "acme", .member = "greedy"});
  queue.add(4, {.owner = "acme", .member = "modest"});
  queue.add(5, {.owner = "acme"});
  queue.add(6, {.owner = "other", .member = "greedy"});
  EXPECT_EQ(all_of(queue), (std::vector{1, 6, 4, 5, 2, 3}));
}

TEST(FairQueue, AFullShareIsTheMembersOwn) {
  Queue queue({.waiting = 10, .waiting_per_owner = 4, .waiting_per_member = 1, .longest_wait = long_enough});
  queue.add(1, {.owner = "acme", .member = "greedy"});
  queue.add(2, {.owner = "acme", .member = "greedy"});
  queue.add(3, {.owner = "acme", .member = "modest"});
  queue.add(4, {.owner = "acme"});
  queue.add(5, {.owner = "acme"});
  EXPECT_EQ(queue.take_refused()->item, 2);
  EXPECT_EQ(queue.waiting(), 4U) << "nobody in particular has no share of its own";
  queue.add(6, {.owner = "acme", .member = "third"});
  const auto refused = queue.take_refused();
  EXPECT_EQ(refused->item, 6) << "the owner's is used up";
  EXPECT_EQ(refused->why, Refusal::share_full);
}

TEST(FairQueue, HeavyItemsLeaveRoomForLightOnes) {
  Queue queue({.waiting = 10,
               .waiting_per_owner = Queue::unlimited,
               .heavy_at_once = 1,
               .longest_wait = long_enough});
  queue.add(1, {.owner = "acme", .heavy = true});
  queue.add(2, {.owner = "acme", .heavy = true});
  queue.add(3, {.owner = "other", .heavy = true});
  queue.add(4, {.owner = "acme"});
  const auto first = queue.take();
  EXPECT_EQ(first->item, 1);
  EXPECT_EQ(queue.take()->item, 4) << "also behind a heavy one of its own";
  queue.finished(first->claim);
  EXPECT_EQ(queue.take()->item, 3);
}

TEST(FairQueue, ATakerIsWokenWhenAHeavyItemMayRun) {
  Queue queue({.waiting = 10,
               .waiting_per_owner = Queue::unlimited,
               .heavy_at_once = 1,
               .longest_wait = long_enough});
  queue.add(1, {.owner = "acme", .heavy = true});
  queue.add(2, {.owner = "other", .heavy = true});
  const auto first = queue.take();
  std::thread taker([&] { EXPECT_EQ(queue.take()->item, 2); });
  queue.finished(first->claim);
  taker.join();
}

TEST(FairQueue, WhatIsWithdrawnGivesUpItsPlace) {
  Queue queue(bounds(3));
  queue.add(1, {.owner = "acme", .member = "a"});
  queue.add(2, {.owner = "acme", .member = "a"});
  queue.add(3, {.owner = "other"});
  queue.withdraw_if([](int item) { return item != 1; });
  EXPECT_EQ(queue.waiting(), 1U);
  for (const int item : {2, 3}) {
    const auto refused = queue.take_refused();
    EXPECT_EQ(refused->item, item);
    EXPECT_EQ(refused->why, Refusal::withdrawn);
  }
  queue.add(4, {.owner = "acme", .member = "a"});
  EXPECT_EQ(all_of(queue), (std::vector{1, 4}));
}

TEST(FairQueue, WhoWaitsTooLongIsHandedBack) {
  Queue queue({.waiting = 10, .waiting_per_owner = 10, .longest_wait = std::chrono::milliseconds(5)});
  queue.add(1, {"late"});
  queue.add(2, {"early"});  // the order of names is not that of waiting
  for (const int item : {1, 2}) {
    const auto refused = queue.take_refused();  // blocks until the deadline
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->item, item);
    EXPECT_EQ(refused->why, Refusal::waited_too_long);
  }
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST(FairQueue, AnItemAddedLaterWakesTheTaker) {
  Queue queue(bounds(10));
  std::thread later([&] { queue.add(7, {"acme"}); });
  EXPECT_EQ(queue.take()->item, 7);
  later.join();
}

TEST(FairQueue, ClosingHandsBackWhatWaitsAndWhatComesLater) {
  Queue queue(bounds(10));
  queue.add(1, {"acme"});
  queue.add(2, {"acme"});
  queue.close();
  EXPECT_FALSE(queue.take());
  EXPECT_EQ(queue.take_refused()->why, Refusal::closed);
  EXPECT_EQ(queue.take_refused()->item, 2);
  queue.add(3, {"acme"});
  EXPECT_EQ(queue.take_refused()->item, 3);
  queue.end();
  EXPECT_FALSE(queue.take_refused());
}

TEST(FairQueue, EndingWakesEverybody) {
  Queue queue(bounds(10));
  std::thread taker([&] { EXPECT_FALSE(queue.take()); });
  std::thread refuser([&] { EXPECT_FALSE(queue.take_refused()); });
  queue.end();
  taker.join();
  refuser.join();
}

}  // namespace
}  // namespace rucola
