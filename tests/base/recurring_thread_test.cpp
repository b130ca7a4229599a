#include "base/recurring_thread.h"

#include <atomic>
#include <latch>
#include <semaphore>
#include <stdexcept>

#include <gtest/gtest.h>

namespace rucola {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(RecurringThread, DoesItAgainAndAgain) {
  std::counting_semaphore<> done{0};
  const RecurringThread thread("test", {.first = milliseconds{0}, .every = milliseconds{0}},
                               [&](const RecurringThread::Rest& /*rest*/) { done.release(); });
  for (int i = 0; i < 3; ++i)
    done.acquire();
}

TEST(RecurringThread, DoesItAtOnceWhenItIsWoken) {
  std::counting_semaphore<> done{0};
  RecurringThread thread("test", {.first = hours{24}, .every = hours{24}},
                         [&](const RecurringThread::Rest& /*rest*/) { done.release(); });
  for (int i = 0; i < 3; ++i) {
    thread.wake();
    done.acquire();
  }
}

TEST(RecurringThread, AWakeDuringTheTaskIsNotLost) {
  std::counting_semaphore<> begun{0};
  std::counting_semaphore<> go_on{0};
  RecurringThread thread("test", {.first = milliseconds{0}, .every = hours{24}},
                         [&](const RecurringThread::Rest& /*rest*/) {
                           begun.release();
                           go_on.acquire();
                         });
  begun.acquire();
  thread.wake();
  go_on.release();
  begun.acquire();
  go_on.release();
}

TEST(RecurringThread, ATaskThatRestsIsToldToEnd) {
  std::latch resting{1};
  std::atomic<bool> told = false;
  {
    const RecurringThread thread("test", {.first = milliseconds{0}, .every = hours{24}},
                                 [&](const RecurringThread::Rest& rest) {
                                   EXPECT_TRUE(rest(milliseconds{0}));
                                   resting.count_down();
                                   told = !rest(hours{24});
                                 });
    resting.wait();
  }
  EXPECT_TRUE(told);
}

TEST(RecurringThread, EndsWithoutDoingItWhereItIsNotTimeYet) {
  std::atomic<int> times = 0;
  {
    const RecurringThread thread("test", {.first = hours{24}, .every = hours{24}},
                                 [&](const auto&) { ++times; });
  }
  EXPECT_EQ(times, 0);
}

TEST(RecurringThread, WhatATaskThrowsEndsNothing) {
  std::counting_semaphore<> done{0};
  const RecurringThread thread("test", {.first = milliseconds{0}, .every = milliseconds{0}},
                               [&](const RecurringThread::Rest& /*rest*/) {
                                 done.release();
                                 throw std::runtime_error("no");
                               });
  for (int i = 0; i < 3; ++i)
    done.acquire();
}

}  // namespace
}  // namespace rucola
