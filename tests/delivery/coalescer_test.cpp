#include "delivery/coalescer.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

TEST(Coalescer, OnlyTheFirstOfAKeyRenders) {
  Coalescer coalescer;
  int answered = 0;
  const auto count = [&](const Coalescer::Outcome&) { ++answered; };
  EXPECT_TRUE(coalescer.join("a", count));
  EXPECT_FALSE(coalescer.join("a", count));
  EXPECT_TRUE(coalescer.join("b", count));
  coalescer.finish("a", std::make_shared<const StoredRender>());
  EXPECT_EQ(answered, 2);
  EXPECT_TRUE(coalescer.join("a", count)) << "a finished key starts anew";
}

TEST(Coalescer, AFailureReachesEveryWaiter) {
  Coalescer coalescer;
  int failed = 0;
  const auto count = [&](const Coalescer::Outcome& outcome) { failed += outcome ? 0 : 1; };
  coalescer.join("a", count);
  coalescer.join("a", count);
  coalescer.finish("a", fail(ErrorCode::timed_out, "slow"));
  EXPECT_EQ(failed, 2);
}

TEST(Coalescer, ManyThreadsMakeOneJobAndLoseNoWaiter) {
  Coalescer coalescer;
  constexpr int waiters = 200;
  std::atomic<int> firsts = 0;
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < waiters; ++i) {
      threads.emplace_back([&] {
        if (coalescer.join("key", [&](const Coalescer::Outcome&) { ++answered; })) ++firsts;
      });
    }
  }
  coalescer.finish("key", std::make_shared<const StoredRender>());
  EXPECT_EQ(firsts, 1);
  EXPECT_EQ(answered, waiters);
}

TEST(Coalescer, AWaiterMayJoinAgainFromItsAnswer) {
  Coalescer coalescer;
  bool first_again = false;
  coalescer.join("a", [&](const Coalescer::Outcome&) {
    first_again = coalescer.join("a", [](const Coalescer::Outcome&) {});
  });
  coalescer.finish("a", std::make_shared<const StoredRender>());
  EXPECT_TRUE(first_again);
}

}  // namespace
}  // namespace rucola::delivery
