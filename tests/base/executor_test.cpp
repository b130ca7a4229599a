#include "base/executor.h"

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/queue_wait.h"

namespace rucola {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

BlockingExecutor::Bounds bounds(std::size_t threads, std::size_t waiting) {
  return {.threads = threads, .waiting = waiting, .patience = hours{1}};
}

/// A thread of the executor that is busy until release().
class Busy {
 public:
  explicit Busy(BlockingExecutor& executor, const std::string& owner = {}) {
    executor.submit({.run =
                         [doors = doors_] {
                           doors->started.count_down();
                           doors->go_on.wait();
                         },
                     .owner = owner});
    doors_->started.wait();
  }
  void release() { doors_->go_on.count_down(); }

 private:
  struct Doors {
    std::latch started{1};
    std::latch go_on{1};
  };
  const std::shared_ptr<Doors> doors_ = std::make_shared<Doors>();
};

/// What becomes of a task: nothing where it ran, else why not.
class Outcome {
 public:
  BlockingExecutor::Task task(const std::string& owner = {}) {
    return {.run = [promise = promise_] { promise->set_value({}); },
            .refuse = [promise = promise_](const Error& error) { promise->set_value(error); },
            .owner = owner};
  }
  std::optional<Error> get() { return promise_->get_future().get(); }

 private:
  const std::shared_ptr<std::promise<std::optional<Error>>> promise_ =
      std::make_shared<std::promise<std::optional<Error>>>();
};

TEST(BlockingExecutor, RunsWhatItIsGivenOnItsThreads) {
  std::latch both_run(3);
  std::atomic<int> elsewhere = 0;
  BlockingExecutor executor("test", bounds(2, 100));
  for (int i = 0; i < 2; ++i) {
    executor.submit({.run = [&, caller = std::this_thread::get_id()] {
      if (std::this_thread::get_id() != caller) ++elsewhere;
      both_run.arrive_and_wait();  // passes only when two threads run at once
    }});
  }
  both_run.arrive_and_wait();
  EXPECT_EQ(elsewhere, 2);
}

TEST(BlockingExecutor, SaysNoWhenTheQueueIsFull) {
  BlockingExecutor executor("test", bounds(1, 2));
  Busy busy(executor);
  Outcome first;
  Outcome second;
  Outcome third;
  executor.submit(first.task());
  executor.submit(second.task());
  EXPECT_EQ(executor.waiting(), 2U);
  executor.submit(third.task());
  const auto refused = third.get();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, ErrorCode::overloaded);
  EXPECT_TRUE(refused->retry_after);
  busy.release();
  EXPECT_FALSE(first.get());
  EXPECT_FALSE(second.get());
}

TEST(BlockingExecutor, NobodyWaitsForLongerThanHeHasPatience) {
  BlockingExecutor executor("test", {.threads = 1, .waiting = 2, .patience = milliseconds{5}});
  Busy busy(executor);
  Outcome late;
  executor.submit(late.task());
  const auto refused = late.get();  // although the thread is still busy
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, ErrorCode::overloaded);
  busy.release();
}

TEST(BlockingExecutor, OneOwnerNeverTakesAllThreads) {
  BlockingExecutor executor("test",
                            {.threads = 2, .waiting = 100, .patience = hours{1}, .threads_per_owner = 1});
  Busy busy(executor, "greedy");
  Outcome more;
  Outcome other;
  executor.submit(more.task("greedy"));
  executor.submit(other.task("modest"));
  EXPECT_FALSE(other.get()) << "while the greedy one is under way";
  EXPECT_EQ(executor.waiting(), 1U);
  busy.release();
  EXPECT_FALSE(more.get());
}

TEST(BlockingExecutor, OneOwnerNeverTakesTheWholeQueue) {
  BlockingExecutor executor("test",
                            {.threads = 1, .waiting = 100, .patience = hours{1}, .waiting_per_owner = 1});
  Busy busy(executor, "greedy");
  Outcome first;
  Outcome second;
  Outcome other;
  executor.submit(first.task("greedy"));
  executor.submit(second.task("greedy"));
  executor.submit(other.task("modest"));
  const auto refused = second.get();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, ErrorCode::too_many_requests);
  busy.release();
  EXPECT_FALSE(first.get());
  EXPECT_FALSE(other.get());
}

TEST(BlockingExecutor, ShutDownAnswersWhoWaitsAndTakesNothingNew) {
  BlockingExecutor executor("test", bounds(1, 100));
  Busy busy(executor);
  Outcome waits;
  executor.submit(waits.task());
  std::thread end([&] { executor.shut_down(); });
  const auto refused = waits.get();  // while the thread is still busy
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, ErrorCode::overloaded);
  busy.release();
  end.join();
  Outcome late;
  executor.submit(late.task());
  EXPECT_TRUE(late.get());
  executor.shut_down();
}

TEST(BlockingExecutor, ATaskThatThrowsIsAnsweredAndTheThreadGoesOn) {
  BlockingExecutor executor("test", bounds(1, 100));
  for (int i = 0; i < 3; ++i) {
    Outcome outcome;
    BlockingExecutor::Task throws = outcome.task();
    throws.run = [] { throw std::runtime_error("oops"); };
    executor.submit(std::move(throws));
    const auto error = outcome.get();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, ErrorCode::internal);
    EXPECT_EQ(error->message.text.find("oops"), std::string::npos);
  }
  executor.submit({.run = [] { throw 7; }});
  executor.submit({.run = [] { throw std::runtime_error("oops"); },
                   .refuse = [](const Error&) { throw std::runtime_error("oops again"); }});
  Outcome next;
  executor.submit(next.task());
  EXPECT_FALSE(next.get());
}

/// The caller may hold a lock that `refuse` takes.
TEST(BlockingExecutor, IsNeverRefusedInsideSubmit) {
  BlockingExecutor executor("test", bounds(1, 0));
  executor.shut_down();
  const auto where = std::make_shared<std::promise<std::thread::id>>();
  executor.submit(
      {.run = [] {}, .refuse = [where](const Error&) { where->set_value(std::this_thread::get_id()); }});
  EXPECT_NE(where->get_future().get(), std::this_thread::get_id());
}

TEST(BlockingExecutor, KeepsTheOrderOnOneThread) {
  BlockingExecutor executor("test", bounds(1, 100));
  std::vector<int> order;
  Outcome last;
  for (int i = 0; i < 50; ++i)
    executor.submit({.run = [&, i] { order.push_back(i); }});
  executor.submit(last.task());
  EXPECT_FALSE(last.get());
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(order.at(i), i);
}

/// What a task holds may itself submit when it goes; under the executor's lock that would hang for ever.
TEST(BlockingExecutor, ATaskMaySubmitWhileItIsDestroyed) {
  std::latch submitted(1);
  BlockingExecutor executor("test", bounds(1, 100));
  const auto submits_at_its_end = [&](int*) { executor.submit({.run = [&] { submitted.count_down(); }}); };
  static int anything = 0;
  executor.submit({.run = [held = std::shared_ptr<int>(&anything, submits_at_its_end)] {}});
  submitted.wait();
}

TEST(BlockingExecutor, ATaskKnowsHowLongItHasWaited) {
  using Waited = std::chrono::steady_clock::duration;
  BlockingExecutor executor("test", bounds(1, 10));
  Busy busy(executor);
  std::promise<Waited> waited;
  const auto submitted = std::chrono::steady_clock::now();
  executor.submit({.run = [&] { waited.set_value(waited_in_queue()); }});
  std::this_thread::sleep_for(milliseconds{20});
  busy.release();
  const Waited it = waited.get_future().get();
  EXPECT_GE(it, milliseconds{20});
  EXPECT_LE(it, std::chrono::steady_clock::now() - submitted);
  EXPECT_EQ(waited_in_queue(), Waited{}) << "of another thread";
}

}  // namespace
}  // namespace rucola
