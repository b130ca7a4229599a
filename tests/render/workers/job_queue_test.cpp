#include "render/workers/job_queue.h"

#include <thread>

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

using Clock = std::chrono::steady_clock;

QueuedJob job(std::int64_t number) {
  QueuedJob job;
  job.job.file_bytes = {number};
  job.queued_at = Clock::now();
  return job;
}

bool add(JobQueue& queue, std::int64_t number) {
  QueuedJob added = job(number);
  return queue.add(added);
}

TEST(JobQueue, FirstComeFirstServed) {
  JobQueue queue(10, std::chrono::hours(1));
  EXPECT_TRUE(add(queue, 1));
  EXPECT_TRUE(add(queue, 2));
  EXPECT_EQ(queue.waiting(), 2U);
  EXPECT_EQ(queue.take()->job.file_bytes.front(), 1);
  EXPECT_EQ(queue.take()->job.file_bytes.front(), 2);
}

TEST(JobQueue, OneTooManyIsHandedBack) {
  JobQueue queue(2, std::chrono::hours(1));
  for (int number = 1; number <= 3; ++number)
    EXPECT_TRUE(add(queue, number));
  const auto refused = queue.take_refused();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->job.job.file_bytes.front(), 3);
  EXPECT_EQ(refused->reason, RefusedJob::Reason::full);
  EXPECT_EQ(queue.waiting(), 2U);
}

TEST(JobQueue, WhoWaitsTooLongIsHandedBack) {
  JobQueue queue(10, std::chrono::milliseconds(5));
  EXPECT_TRUE(add(queue, 1));
  const auto refused = queue.take_refused();  // blocks until the deadline
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->reason, RefusedJob::Reason::waited_too_long);
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST(JobQueue, AJobAddedLaterWakesTheTaker) {
  JobQueue queue(10, std::chrono::hours(1));
  std::thread later([&] { EXPECT_TRUE(add(queue, 7)); });
  EXPECT_EQ(queue.take()->job.file_bytes.front(), 7);
  later.join();
}

TEST(JobQueue, ClosingHandsBackWhatWaits) {
  JobQueue queue(10, std::chrono::hours(1));
  EXPECT_TRUE(add(queue, 1));
  EXPECT_TRUE(add(queue, 2));
  queue.close();
  EXPECT_FALSE(queue.take());
  EXPECT_EQ(queue.take_refused()->reason, RefusedJob::Reason::closed);
  EXPECT_EQ(queue.take_refused()->job.job.file_bytes.front(), 2);
  EXPECT_FALSE(queue.take_refused());
  EXPECT_FALSE(add(queue, 3));
}

TEST(JobQueue, ClosingWakesEverybody) {
  JobQueue queue(10, std::chrono::hours(1));
  std::thread taker([&] { EXPECT_FALSE(queue.take()); });
  std::thread refuser([&] { EXPECT_FALSE(queue.take_refused()); });
  queue.close();
  taker.join();
  refuser.join();
}

}  // namespace
}  // namespace rucola::render
