#include "base/executor.h"

#include <atomic>
#include <latch>
#include <memory>
#include <set>

#include <gtest/gtest.h>

namespace rucola {
namespace {

TEST(BlockingExecutor, RunsWhatItIsGivenOnItsThreads) {
  BlockingExecutor executor("test", 2, 100);
  std::latch both_run(2);
  std::atomic<int> elsewhere = 0;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(executor.try_submit([&, caller = std::this_thread::get_id()] {
      if (std::this_thread::get_id() != caller) ++elsewhere;
      both_run.arrive_and_wait();  // passes only when two threads run at once
    }));
  }
  both_run.wait();
  executor.shut_down();
  EXPECT_EQ(elsewhere, 2);
}

TEST(BlockingExecutor, SaysNoWhenTheQueueIsFull) {
  BlockingExecutor executor("test", 1, 2);
  std::latch started(1);
  std::latch go_on(1);
  std::atomic<int> ran = 0;
  ASSERT_TRUE(executor.try_submit([&] {
    started.count_down();
    go_on.wait();
  }));
  started.wait();
  EXPECT_TRUE(executor.try_submit([&] { ++ran; }));
  EXPECT_TRUE(executor.try_submit([&] { ++ran; }));
  EXPECT_EQ(executor.waiting(), 2U);
  EXPECT_FALSE(executor.try_submit([&] { ++ran; }));
  go_on.count_down();
  executor.shut_down();
  EXPECT_EQ(ran, 2);
}

TEST(BlockingExecutor, ShutDownRunsWhatWaitsAndTakesNothingNew) {
  BlockingExecutor executor("test", 1, 100);
  std::atomic<int> ran = 0;
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(executor.try_submit([&] { ++ran; }));
  executor.shut_down();
  EXPECT_EQ(ran, 50);
  EXPECT_FALSE(executor.try_submit([&] { ++ran; }));
  executor.shut_down();
  EXPECT_EQ(ran, 50);
}

TEST(BlockingExecutor, KeepsTheOrderOnOneThread) {
  BlockingExecutor executor("test", 1, 100);
  std::vector<int> order;
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(executor.try_submit([&, i] { order.push_back(i); }));
  executor.shut_down();
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(order.at(i), i);
}

/// What a task holds may itself submit when it goes; under the executor's lock that would hang for ever.
TEST(BlockingExecutor, ATaskMaySubmitWhileItIsDestroyed) {
  BlockingExecutor executor("test", 1, 100);
  std::latch submitted(1);
  const auto submits_at_its_end = [&](int*) {
    EXPECT_TRUE(executor.try_submit([&] { submitted.count_down(); }));
  };
  static int anything = 0;
  ASSERT_TRUE(executor.try_submit([held = std::shared_ptr<int>(&anything, submits_at_its_end)] {}));
  submitted.wait();
}

}  // namespace
}  // namespace rucola
