// What a worker may not do, and how much it may hold.
#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "render/workers/process.h"
#include "render/workers/real_workers.h"

namespace rucola::render {
namespace {

using testing::HasSubstr;

// What a worker may not do, tried from inside.
class Sandbox : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Kills, Sandbox,
                         testing::Values("socket", "exec", "fork", "ptrace", "kill", "memfd"));

TEST_P(Sandbox, WhoeverTriesIt) {
  const auto killed =
      WorkerProcess::probe({.program = worker_program(), .memory_bytes = std::int64_t{4} << 30}, GetParam());
  EXPECT_TRUE(killed) << killed.error().detail.text;
}

TEST(SandboxProbe, NoticesWhenNothingHappens) {
  EXPECT_FALSE(
      WorkerProcess::probe({.program = worker_program(), .memory_bytes = std::int64_t{4} << 30}, "nothing"));
}

/// It could make 64 of 512 MiB, which no limit of its own counts. Now it has one a job, and what it may hold
/// on to of those is counted.
TEST(SandboxMemory, OfResultsIsCounted) {
  auto worker = WorkerProcess::spawn({.program = worker_program(), .memory_bytes = std::int64_t{4} << 30});
  ASSERT_TRUE(worker) << worker.error().detail.text;
  const Source source = source_of(small_png());
  protocol::Job job;
  job.kind = protocol::JobKind::render;
  job.limits = {.source_pixels = 10'000'000,
                .source_frames = 1,
                .output_pixels = 10'000'000,
                .output_side = 10'000,
                .cpu_seconds = 100};
  job.file_bytes = {source.bytes};
  Plan plan = small_plan();
  for (const Format format : {Format::png, Format::jpg}) {
    plan.encoding.format = format;
    job.plan = serialise(plan);
    const std::int64_t before = worker->result_bytes();
    const int file = source.fd.get();
    const auto outcome = worker->carry_out(job, std::span(&file, 1),
                                           std::chrono::steady_clock::now() + std::chrono::minutes{2});
    ASSERT_TRUE(outcome && *outcome);
    EXPECT_GE(worker->result_bytes() - before, static_cast<std::int64_t>((*outcome)->bytes.size()));
  }
}

/// What is written past it fails, in memory as on a disk.
TEST(SandboxMemory, OfOneResultIsBoundedByTheLimitOnFiles) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    const UniqueFd file(::memfd_create("result", MFD_CLOEXEC));
    const std::string bytes(8192, 'x');
    const bool bounded =
        ::setrlimit(RLIMIT_FSIZE, &limit) == 0 && ::write(file.get(), bytes.data(), bytes.size()) == 4096 &&
        ::write(file.get(), bytes.data(), bytes.size()) < 0 && ::ftruncate(file.get(), 8192) < 0;
    ::_exit(bounded ? 0 : 1);
  }
  int status = 1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

#ifndef RUCOLA_SANITIZED  // there the address space is not limited
/// It was allowed to be less, and then no worker started.
TEST(SandboxMemory, OfTheLeastThatMayBeSetIsEnoughForAPhoto) {
  Settings settings = one_worker();
  settings.worker_memory_bytes = least_worker_memory_bytes;
  WorkerPool pool(settings, worker_program());
  const auto started = pool.start();
  ASSERT_TRUE(started) << started.error().message.text << started.error().detail.text;
  const std::string photo = samples::file(samples::photo(4000, 3000), ".jpg");
  const auto drawn = begin(pool, photo, plan_for({4000, 3000}, {ResizeStep{{800, 600}}})).get();
  EXPECT_TRUE(drawn) << drawn.error().message.text << drawn.error().detail.text;
}

TEST(SandboxMemory, IsLimited) {
  Settings settings = one_worker();
  settings.worker_memory_bytes = least_worker_memory_bytes;
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  const std::string large = samples::file(samples::uniform(12'000, 12'000, {1, 2, 3}), ".png[compression=1]");
  const auto result =
      begin(pool, large,
            plan_for({12'000, 12'000}, {RotateStep{.degrees = 90, .background = {}, .background_opacity = 0},
                                        CropStep{0, 0, {10, 10}}}))
          .get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::payload_too_large);
  EXPECT_THAT(result.error().message.text, HasSubstr("setting render.worker_memory)"));
  EXPECT_TRUE(begin_inspection(pool, small_png()).get());
}

/// WebP's reader says that it can't read pixels, others end the worker: it was 422, as if the file were
/// damaged.
TEST(SandboxMemory, ThatIsMissingIsNotTakenForDamage) {
  Settings settings = one_worker();
  settings.worker_memory_bytes = least_worker_memory_bytes;
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  const auto image = samples::uniform(10'000, 8'000, {1, 2, 3});
  for (const char* suffix :
       {".jpg[interlace]", ".png", ".webp[effort=0]", ".tif[compression=deflate]", ".gif"}) {
    const auto result = begin_inspection(pool, samples::file(image, suffix)).get();
    if (!result) {
      EXPECT_EQ(result.error().code, ErrorCode::payload_too_large) << suffix << result.error().message.text;
      EXPECT_THAT(result.error().message.text, HasSubstr("setting render.worker_memory)")) << suffix;
    }
    EXPECT_FALSE(result && suffix == std::string(".webp[effort=0]"))
        << "it decodes the whole picture at once";
  }
}
#endif

}  // namespace
}  // namespace rucola::render
