// What becomes of a job whose worker found no memory. fake_worker.cpp has the words that its plan may be.
#include "render/workers/worker_slot.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/protocol/out_of_memory.h"
#include "render/renderer.h"

namespace rucola::render {
namespace {

using testing::ElementsAre;

class WorkerSlotTest : public testing::Test {
 protected:
  Result<JobOutcome> carried_out(const std::string& plan, std::int64_t threads) {
    QueuedJob job;
    job.job.kind = protocol::JobKind::measure;
    job.job.limits = {.source_pixels = 1,
                      .source_frames = 1,
                      .output_pixels = 1,
                      .output_side = 1,
                      .video_pixel_seconds = 1,
                      .still_pixels = 1,
                      .cpu_seconds = 1};
    job.job.plan = plan;
    job.job.threads = threads;
    return slot.carry_out(job);
  }
  /// Its threads, and how many jobs its worker has had by then.
  Measured measured(const std::string& plan, std::int64_t threads) {
    const auto outcome = carried_out(plan, threads);
    EXPECT_TRUE(outcome) << outcome.error().message.text << outcome.error().detail.text;
    return outcome ? outcome->reply.measured : Measured{};
  }

  const WorkerSlot::Settings settings{
      .options = {.program =
                      std::filesystem::read_symlink("/proc/self/exe").parent_path() / "fake-render-worker"},
      .timeout = std::chrono::minutes{2},
      .timeout_setting = "render.job_timeout",
      .recycle_jobs = 1000,
      .recycle_rss_bytes = std::int64_t{1} << 40};
  JobQueue queue{{.waiting = 1, .waiting_per_owner = 1, .longest_wait = std::chrono::minutes{1}}};
  WorkerSlot slot{settings, queue, std::nullopt};
};

TEST_F(WorkerSlotTest, AJobThatHasMemoryEnoughIsDoneOnceWithAllItsThreads) {
  EXPECT_THAT(measured("", 4), ElementsAre(4, 1));
  EXPECT_THAT(measured("says it from 5 threads on", 4), ElementsAre(4, 2));
}

TEST_F(WorkerSlotTest, AJobThatRanOutOfMemoryWithSeveralThreadsIsTriedWithOneByTheSameWorker) {
  EXPECT_THAT(measured("says it from 2 threads on", 4), ElementsAre(1, 2));
}

TEST_F(WorkerSlotTest, AJobThatRanOutOfMemoryWithOneThreadIsNotTriedAgain) {
  const auto outcome = carried_out("says it from 1 threads on", 1);
  ASSERT_FALSE(outcome);
  EXPECT_TRUE(protocol::is_out_of_memory(outcome.error()));
  EXPECT_FALSE(killed_workers(outcome.error()));
  EXPECT_THAT(measured("", 1), ElementsAre(1, 2));
}

TEST_F(WorkerSlotTest, NorIsItMoreThanOnceWhereOneThreadIsTooManyToo) {
  const auto outcome = carried_out("says it from 1 threads on", 4);
  ASSERT_FALSE(outcome);
  EXPECT_TRUE(protocol::is_out_of_memory(outcome.error()));
  EXPECT_THAT(measured("", 1), ElementsAre(1, 3));
}

TEST_F(WorkerSlotTest, AJobWhoseWorkerEndedForWantOfMemoryIsTriedWithOneThreadByTheNext) {
  EXPECT_THAT(measured("ends from 2 threads on", 4), ElementsAre(1, 1));
}

TEST_F(WorkerSlotTest, AJobThatEndsTwoWorkersForWantOfMemoryIsSaidToNeedTooMuch) {
  const auto outcome = carried_out("ends from 1 threads on", 4);
  ASSERT_FALSE(outcome);
  EXPECT_TRUE(protocol::is_out_of_memory(outcome.error()));
  EXPECT_TRUE(killed_workers(outcome.error()));
  EXPECT_THAT(measured("", 1), ElementsAre(1, 1));
}

}  // namespace
}  // namespace rucola::render
