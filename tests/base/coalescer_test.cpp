#include "base/coalescer.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace rucola {
namespace {

using Renders = Coalescer<std::shared_ptr<const std::string>>;

TEST(Coalescer, OnlyTheFirstOfAKeyRenders) {
  Renders coalescer;
  int answered = 0;
  const auto count = [&](const Renders::Outcome&) { ++answered; };
  EXPECT_TRUE(coalescer.join("a", count));
  EXPECT_FALSE(coalescer.join("a", count));
  EXPECT_TRUE(coalescer.join("b", count));
  coalescer.finish("a", std::make_shared<const std::string>());
  EXPECT_EQ(answered, 2);
  EXPECT_TRUE(coalescer.join("a", count)) << "a finished key starts anew";
}

TEST(Coalescer, AFailureReachesEveryWaiter) {
  Renders coalescer;
  int failed = 0;
  const auto count = [&](const Renders::Outcome& outcome) { failed += outcome ? 0 : 1; };
  coalescer.join("a", count);
  coalescer.join("a", count);
  coalescer.finish("a", fail(ErrorCode::timed_out, "slow"));
  EXPECT_EQ(failed, 2);
}

/// What the one who rendered says about a failure to those who waited is about their requests.
TEST(Coalescer, EachIsAnsweredForItsOwnRequest) {
  Renders coalescer;
  std::vector<std::string> answered;
  const auto note = [&](const Renders::Outcome&) { answered.emplace_back(current_request()); };
  for (const char* id : {"first", "second"}) {
    const RequestScope scope(id);
    coalescer.join("a", note);
  }
  const RequestScope whoever("first");
  coalescer.finish("a", fail(ErrorCode::timed_out, "slow"));
  EXPECT_EQ(answered, (std::vector<std::string>{"first", "second"}));
}

TEST(Coalescer, ManyThreadsMakeOneJobAndLoseNoWaiter) {
  Renders coalescer;
  constexpr int waiters = 200;
  std::atomic<int> firsts = 0;
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < waiters; ++i) {
      threads.emplace_back([&] {
        if (coalescer.join("key", [&](const Renders::Outcome&) { ++answered; })) ++firsts;
      });
    }
  }
  coalescer.finish("key", std::make_shared<const std::string>());
  EXPECT_EQ(firsts, 1);
  EXPECT_EQ(answered, waiters);
}

class Leaving : public testing::Test {
 protected:
  Renders coalescer;
  int answered = 0;

  std::shared_ptr<Departure> join() {
    auto departure = std::make_shared<Departure>();
    coalescer.join("a", [this](const Renders::Outcome&) { ++answered; }, departure);
    return departure;
  }
};

TEST_F(Leaving, OnlyTheLastOneEndsIt) {
  const auto first = join();
  const auto second = join();
  const auto everybody = coalescer.departure_of("a");
  first->happen();
  EXPECT_FALSE(everybody->has_happened());
  second->happen();
  EXPECT_TRUE(everybody->has_happened());
}

TEST_F(Leaving, WhoStaysKeepsIt) {
  coalescer.join("a", [](const Renders::Outcome&) {});
  const auto everybody = coalescer.departure_of("a");
  join()->happen();
  EXPECT_FALSE(everybody->has_happened());
}

TEST_F(Leaving, WhatIsGivenUpIsFinished) {
  join()->happen();
  EXPECT_FALSE(coalescer.again_or_finish("a", fail(ErrorCode::overloaded, "given up")));
  EXPECT_EQ(answered, 1) << "and lets go of what it holds";
  EXPECT_TRUE(coalescer.join("a", [](const Renders::Outcome&) {})) << "the key starts anew";
}

TEST_F(Leaving, WhoComesBeforeItIsGivenUpGetsItMadeAgain) {
  join()->happen();
  const auto second = join();
  const auto everybody = coalescer.again_or_finish("a", fail(ErrorCode::overloaded, "given up"));
  ASSERT_TRUE(everybody);
  EXPECT_FALSE(everybody->has_happened());
  EXPECT_EQ(answered, 0);
  second->happen();
  EXPECT_TRUE(everybody->has_happened());
}

TEST_F(Leaving, AfterTheAnswerItEndsNothing) {
  const auto first = join();
  coalescer.finish("a", std::make_shared<const std::string>());
  const auto second = join();
  const auto everybody = coalescer.departure_of("a");
  first->happen();
  EXPECT_FALSE(everybody->has_happened());
}

TEST(Coalescer, AWaiterMayJoinAgainFromItsAnswer) {
  Renders coalescer;
  bool first_again = false;
  coalescer.join("a", [&](const Renders::Outcome&) {
    first_again = coalescer.join("a", [](const Renders::Outcome&) {});
  });
  coalescer.finish("a", std::make_shared<const std::string>());
  EXPECT_TRUE(first_again);
}

/// Who joined was given the 429 of whoever came first.
TEST(Coalescer, WhatOneIsRefusedIsNoAnswerToTheOthers) {
  Coalescer<int, std::string> coalescer;
  std::vector<std::string> answered;
  const auto note = [&](const std::string& who) {
    return [&answered, who](const Result<int>& outcome) {
      answered.push_back(who + (outcome ? " has it" : " was refused"));
    };
  };
  EXPECT_TRUE(coalescer.join("a", note("greedy"), {}, "greedy"));
  EXPECT_FALSE(coalescer.join("a", note("modest"), {}, "modest"));
  EXPECT_FALSE(coalescer.join("a", note("greedy again"), {}, "greedy"));
  EXPECT_FALSE(coalescer.join("a", note("third"), {}, "third"));
  const auto next = coalescer.refuse("a", "greedy", fail(ErrorCode::too_many_requests, "share"));
  EXPECT_EQ(answered, (std::vector<std::string>{"greedy was refused", "greedy again was refused"}));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->party, "modest");
  EXPECT_FALSE(coalescer.join("a", note("late"), {}, "greedy")) << "it is being made";
  coalescer.finish("a", 1);
  EXPECT_EQ(answered, (std::vector<std::string>{"greedy was refused", "greedy again was refused",
                                                "modest has it", "third has it", "late has it"}));
}

TEST(Coalescer, ARefusalEndsItWhereNobodyElseStays) {
  Coalescer<int, std::string> coalescer;
  int answered = 0;
  const auto count = [&](const Result<int>&) { ++answered; };
  const auto leaves = std::make_shared<Departure>();
  coalescer.join("a", count, {}, "greedy");
  coalescer.join("a", count, leaves, "modest");
  leaves->happen();
  EXPECT_FALSE(coalescer.refuse("a", "greedy", fail(ErrorCode::too_many_requests, "share")));
  EXPECT_EQ(answered, 2);
  EXPECT_TRUE(coalescer.join("a", count, {}, "greedy")) << "it starts anew";
}

TEST(Coalescer, TheLastOfTheOthersMayStillLeave) {
  Coalescer<int, std::string> coalescer;
  const auto ignore = [](const Result<int>&) {};
  const auto leaves = std::make_shared<Departure>();
  coalescer.join("a", ignore, {}, "greedy");
  coalescer.join("a", ignore, leaves, "modest");
  const auto next = coalescer.refuse("a", "greedy", fail(ErrorCode::too_many_requests, "share"));
  ASSERT_TRUE(next);
  EXPECT_FALSE(has_left(next->departure));
  leaves->happen();
  EXPECT_TRUE(has_left(next->departure));
}

}  // namespace
}  // namespace rucola
