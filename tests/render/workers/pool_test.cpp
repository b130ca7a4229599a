#include "render/workers/pool.h"

#include <atomic>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "render/worker/self_test_images.h"
#include "render/workers/real_workers.h"

namespace rucola::render {
namespace {

using samples::VImage;
using testing::HasSubstr;

TEST(WorkerPool, StartsAndTellsItsLibvips) {
  WorkerPool pool(one_worker(), worker_program());
  const auto started = pool.start();
  ASSERT_TRUE(started) << started.error().message.text << started.error().detail.text;
  EXPECT_THAT(pool.vips_version(), HasSubstr("8."));
  EXPECT_EQ(worker_pids().size(), 1U);
  pool.shut_down();
  EXPECT_TRUE(worker_pids().empty());
}

TEST(WorkerPool, DrawsWhatWasPlanned) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  const auto result = begin(pool, small_png(), small_plan()).get();
  ASSERT_TRUE(result) << result.error().detail.text;
  EXPECT_EQ(result->format, Format::png);
  EXPECT_LE(samples::difference(samples::open(std::string(result->bytes.view())),
                                samples::photo(60, 40).resize(0.5)),
            1);
}

TEST(WorkerPool, TheBackgroundHasAWorkerOfItsOwnThatGivesWay) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  const std::set<pid_t> before = worker_pids();
  EXPECT_EQ(before.size(), 1U) << "it is started by its first job";
  Plan plan = small_plan();
  plan.or_smaller = {{.format = Format::jpg, .thorough = true, .min_score = 76}};
  std::promise<Result<RenderedImage>> promise;
  pool.optimize(list_of(source_of(small_png())), plan,
                [&](Result<RenderedImage> result) { promise.set_value(std::move(result)); });
  const Result<RenderedImage> image = promise.get_future().get();
  ASSERT_TRUE(image) << image.error().message.text;
  EXPECT_EQ(image->format, Format::jpg) << "the smaller of the two";
  std::set<pid_t> now = worker_pids();
  EXPECT_EQ(now.size(), 2U);
  for (const pid_t pid : before)
    now.erase(pid);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, static_cast<id_t>(*now.begin())), 19);
}

TEST(WorkerPool, Inspects) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  const auto result = begin_inspection(pool, samples::animated({}, ".gif")).get();
  ASSERT_TRUE(result) << result.error().detail.text;
  EXPECT_EQ(result->format, Format::gif);
  EXPECT_EQ(result->size, (Size{40, 30}));
  EXPECT_EQ(result->frames, 3);
}

TEST(WorkerPool, EveryFormatWorksInTheSandbox) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  for (const char* suffix : {".jpg", ".png", ".webp", ".avif", ".gif", ".tif"}) {
    const std::string bytes = samples::file(samples::photo(700, 500), suffix);
    const auto inspection = begin_inspection(pool, bytes).get();
    ASSERT_TRUE(inspection) << suffix << inspection.error().detail.text;
    for (const Format format : {Format::jpg, Format::png, Format::webp, Format::avif, Format::gif}) {
      Plan plan = plan_for({700, 500}, {ResizeStep{{350, 250}}, BlurStep{2}});
      plan.encoding.format = format;
      const auto result = begin(pool, bytes, plan).get();
      EXPECT_TRUE(result) << suffix << " to " << name_of(format) << result.error().detail.text;
    }
  }
}

TEST(WorkerPool, HeicWorksInTheSandbox) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  const auto result = begin(pool, std::string(worker::white_heic()), plan_for({16, 16}, {})).get();
  ASSERT_TRUE(result) << result.error().detail.text;
  EXPECT_GT(samples::open(std::string(result->bytes.view())).avg(), 250);
}

TEST(WorkerPool, DrawingsWithTextFiltersAndBitmapsWorkInTheSandbox) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  const std::string png = samples::file(samples::uniform(8, 8, {0, 0, 255}), ".png");
  const std::string jpg = samples::file(samples::uniform(8, 8, {0, 255, 0}), ".jpg[Q=98]");
  const auto data = [](const std::string& bytes) {
    gchar* text = g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size());
    std::string result(text);
    g_free(text);
    return result;
  };
  const std::string drawing =
      "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='100'>"
      "<filter id='f'><feGaussianBlur stdDeviation='3'/></filter>"
      "<image width='100' height='100' href='data:image/png;base64," +
      data(png) +
      "'/>"
      "<image x='100' width='100' height='100' href='data:image/jpeg;base64," +
      data(jpg) +
      "'/>"
      "<text x='210' y='60' font-size='40' font-family='serif' filter='url(#f)'>Ruc\xc3\xb6la</text></svg>";
  const auto result = begin(pool, drawing, plan_for({300, 100}, {})).get();
  ASSERT_TRUE(result) << result.error().detail.text;
  const VImage image = samples::open(std::string(result->bytes.view()));
  EXPECT_NEAR(image.getpoint(50, 50)[2], 255, 2);
  EXPECT_NEAR(image.getpoint(150, 50)[1], 255, 8);
  EXPECT_GT(image.extract_area(200, 0, 100, 100).extract_band(3).max(), 100) << "the text is blank";
}

TEST(WorkerPool, AWorkersVerdictReachesTheCaller) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  const std::set<pid_t> before = worker_pids();
  EXPECT_EQ(begin_inspection(pool, "").get().error().code, ErrorCode::unprocessable);
  EXPECT_EQ(begin_inspection(pool, "<html>").get().error().code, ErrorCode::unprocessable);
  EXPECT_EQ(begin_inspection(pool, samples::png_claiming(30'000, 30'000)).get().error().code,
            ErrorCode::payload_too_large);
  EXPECT_EQ(begin_inspection(pool, small_png().substr(0, 500)).get().error().code, ErrorCode::unprocessable);
  EXPECT_TRUE(begin(pool, small_png(), small_plan()).get());
  EXPECT_EQ(worker_pids(), before) << "a refused file should not cost a worker";
}

// libvips would rather have more than 100 MB on disk.
TEST(WorkerPool, LargeImagesOfFormatsThatAreDecodedAsAWhole) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  const Size size{6000, 6000};
  const VImage image = samples::uniform(size.width, size.height, {200, 10, 30});
  const std::string file = samples::file(image, ".webp[effort=0]");
  const auto inspected = begin_inspection(pool, file).get();
  ASSERT_TRUE(inspected) << inspected.error().message.text << inspected.error().detail.text;
  EXPECT_EQ(inspected->size, size);
  const auto drawn =
      begin(pool, file, plan_for(size, {CropStep{.left = 5990, .top = 5990, .size = {10, 10}}})).get();
  ASSERT_TRUE(drawn) << drawn.error().message.text << drawn.error().detail.text;
  EXPECT_LE(samples::difference(samples::open(std::string(drawn->bytes.view())),
                                samples::uniform(10, 10, {200, 10, 30})),
            8);
}

TEST(WorkerPool, AFileThatIsCutOffIsSaidToBe) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  const std::string whole = samples::file(samples::noise(200, 200), ".jpg");
  const auto result = begin_inspection(pool, whole.substr(0, whole.size() / 2)).get();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message.text, HasSubstr("cut off"));
}

TEST(WorkerPool, AJobWhoseWorkerIsKilledIsDoneByAnother) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  const std::set<pid_t> before = worker_pids();
  const long idle = ticks_of_the_worker();
  auto job = begin(pool, slow_picture(), slow_plan());
  ASSERT_TRUE(kill_the_worker_at_work(idle));
  const auto result = job.get();
  ASSERT_TRUE(result) << result.error().detail.text;
  EXPECT_NE(worker_pids(), before);
}

TEST(WorkerPool, AJobThatKillsTwoWorkersFailsAlone) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  auto job = begin(pool, endless_drawing, endless_plan());
  std::set<pid_t> killed;
  constexpr long well_past_its_start = 30;
  ASSERT_TRUE(eventually([&] {
    for (const Child& child : workers()) {
      const bool at_work = child.ticks > well_past_its_start && !killed.contains(child.pid);
      if (at_work && ::kill(child.pid, SIGKILL) == 0) killed.insert(child.pid);
    }
    return killed.size() == 2;
  }));
  const auto result = job.get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::unprocessable);
  EXPECT_TRUE(killed_workers(result.error()));
  EXPECT_TRUE(begin(pool, small_png(), small_plan()).get());
}

TEST(WorkerPool, AJobPastItsDeadlineIsKilledAndThePoolGoesOn) {
  Settings settings = one_worker();
  settings.job_timeout = std::chrono::seconds(1);
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  const auto result = begin(pool, endless_drawing, endless_plan()).get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::timed_out);
  EXPECT_THAT(result.error().message.text, HasSubstr("render.job_timeout"));
  EXPECT_TRUE(begin_inspection(pool, small_png()).get());
}

TEST(WorkerPool, AFullQueueSaysWhenToComeBack) {
  Settings settings = one_worker();
  settings.queue_limit = 1;
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  std::vector<std::future<Result<RenderedImage>>> jobs;
  for (int i = 0; i < 6; ++i)
    jobs.push_back(begin(pool, slow_picture(), slow_plan()));
  int done = 0;
  int overloaded = 0;
  for (auto& job : jobs) {
    const auto result = job.get();
    if (result) {
      ++done;
      continue;
    }
    EXPECT_EQ(result.error().code, ErrorCode::overloaded);
    ASSERT_TRUE(result.error().retry_after);
    EXPECT_GE(result.error().retry_after->count(), 1);
    ++overloaded;
  }
  EXPECT_GE(done, 1);
  EXPECT_GE(overloaded, 4);  // one being done, one waiting
}

TEST(WorkerPool, AFullShareIsToldAsOnesOwn) {
  Settings settings = one_worker();
  settings.queue_limit = 4;
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  const JobFor greedy{.organization = "acme", .client = "192.0.2.1"};
  std::vector<std::future<Result<RenderedImage>>> jobs;
  for (int i = 0; i < 6; ++i)
    jobs.push_back(begin(pool, slow_picture(), slow_plan(), greedy));
  const auto modest =
      begin(pool, small_png(), small_plan(), {.organization = "acme", .client = "192.0.2.2"}).get();
  EXPECT_TRUE(modest);
  int refused = 0;
  for (auto& job : jobs) {
    const auto result = job.get();
    if (result) continue;
    EXPECT_EQ(result.error().code, ErrorCode::too_many_requests);
    EXPECT_TRUE(result.error().retry_after);
    ++refused;
  }
  EXPECT_GE(refused, 3);  // at most one being done, two waiting
}

TEST(WorkerPool, AJobThatNobodyWaitsForIsNotBegun) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  auto busy = begin(pool, slow_picture(), slow_plan());
  const auto departure = std::make_shared<Departure>();
  auto waiting = begin(pool, endless_drawing, endless_plan(), {.departure = departure});
  departure->happen();
  const auto gone = waiting.get();
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::overloaded);
  const auto late = begin(pool, endless_drawing, endless_plan(), {.departure = departure}).get();
  EXPECT_FALSE(late);
  EXPECT_TRUE(busy.get());
}

class PoolOfSize : public testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Workers, PoolOfSize, testing::Values(1, 2));

/// A single worker was the heavy ones' for as long as there were any.
TEST_P(PoolOfSize, HeavyJobsLeaveAWorkerToLightOnes) {
  Settings settings = one_worker();
  settings.workers = GetParam();
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  std::vector<std::future<Result<RenderedImage>>> heavy;
  for (const char* client : {"192.0.2.1", "192.0.2.2", "192.0.2.3"}) {
    heavy.push_back(begin(pool, endless_drawing, endless_plan(),
                          {.organization = "acme", .client = client, .heavy = true}));
  }
  EXPECT_TRUE(begin(pool, small_png(), small_plan(), {.organization = "acme", .client = "192.0.2.4"}).get());
  EXPECT_TRUE(eventually([] { return worker_pids().size() == 2; }));
  pool.cancel();
  for (auto& job : heavy)
    EXPECT_EQ(job.get().error().code, ErrorCode::overloaded);
}

/// Drawings that two organizations sent in stopped everybody's renders: nobody knew that they took long.
TEST_P(PoolOfSize, HeavyInspectionsLeaveAWorkerToLightJobs) {
  Settings settings = one_worker();
  settings.workers = GetParam();
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  const std::string drawing = drawing_endless_at_any_size();
  std::vector<std::future<Result<Inspection>>> heavy;
  for (const char* organization : {"acme", "other", "third"})
    heavy.push_back(begin_inspection(pool, drawing, organization));
  EXPECT_TRUE(begin(pool, small_png(), small_plan(), {.organization = "acme"}).get());
  EXPECT_TRUE(begin_inspection(pool, small_png(), "acme").get());
  const std::size_t all = GetParam() == 1 ? 2 : 4;
  EXPECT_TRUE(eventually([&] { return worker_pids().size() == all; }));
  EXPECT_TRUE(
      begin(pool, small_png(), small_plan(), {.organization = "fourth", .heavy = GetParam() > 1}).get());
  for (auto& job : heavy)
    EXPECT_EQ(job.wait_for(std::chrono::seconds{0}), std::future_status::timeout);
  pool.cancel();
  for (auto& job : heavy)
    EXPECT_EQ(job.get().error().code, ErrorCode::overloaded);
}

TEST(WorkerPool, AnOrganizationsHeavyInspectionsHoldUpNobodyElses) {
  Settings settings = one_worker();
  settings.workers = 2;
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  std::vector<std::future<Result<Inspection>>> heavy;
  for (int i = 0; i < 3; ++i)
    heavy.push_back(begin_inspection(pool, drawing_endless_at_any_size(), "acme"));
  EXPECT_TRUE(
      begin_inspection(pool, "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='1'/>", "other")
          .get());
  pool.cancel();
  for (auto& job : heavy)
    EXPECT_EQ(job.get().error().code, ErrorCode::overloaded);
}

TEST_P(PoolOfSize, AHeavyInspectionComesToItsEnd) {
  Settings settings = one_worker();
  settings.workers = GetParam();
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  const auto drawing =
      begin_inspection(pool, "<svg xmlns='http://www.w3.org/2000/svg' width='300' height='100'/>").get();
  ASSERT_TRUE(drawing) << drawing.error().message.text;
  EXPECT_EQ(drawing->format, Format::svg);
  EXPECT_EQ(drawing->size, (Size{300, 100}));
  EXPECT_EQ(begin_inspection(pool, "<svg xmlns='http://www.w3.org/2000/svg'><").get().error().code,
            ErrorCode::unprocessable);
}

TEST(WorkerPool, NobodyWaitsForeverInTheQueue) {
  Settings settings = one_worker();
  settings.queue_timeout = std::chrono::seconds(1);
  settings.job_timeout = std::chrono::seconds(4);
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  auto endless = begin(pool, endless_drawing, endless_plan());
  const auto waited = begin(pool, small_png(), small_plan()).get();
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().code, ErrorCode::overloaded);
  EXPECT_FALSE(endless.get());
}

TEST(WorkerPool, WorkersAreReplacedAfterSoManyJobs) {
  Settings settings = one_worker();
  settings.worker_recycle_jobs = 2;
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  const std::set<pid_t> first = worker_pids();
  EXPECT_TRUE(begin_inspection(pool, small_png()).get());
  EXPECT_EQ(worker_pids(), first);
  EXPECT_TRUE(begin_inspection(pool, small_png()).get());
  EXPECT_TRUE(begin_inspection(pool, small_png()).get());
  const std::set<pid_t> second = worker_pids();
  EXPECT_EQ(second.size(), 1U);
  EXPECT_NE(second, first);
}

TEST(WorkerPool, WorkersAreReplacedWhenTheyGrow) {
  Settings settings = one_worker();
  settings.worker_recycle_rss_bytes = 1;
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  const std::set<pid_t> first = worker_pids();
  EXPECT_TRUE(begin_inspection(pool, small_png()).get());
  EXPECT_TRUE(begin_inspection(pool, small_png()).get());
  EXPECT_NE(worker_pids(), first);
}

TEST(WorkerPool, ManyThreadsGetEveryAnswerOnce) {
  Settings settings = one_worker();
  settings.workers = 3;
  WorkerPool pool(settings, worker_program());
  ASSERT_TRUE(pool.start());
  EXPECT_EQ(worker_pids().size(), 3U);
  constexpr int threads = 4;
  constexpr int jobs_each = 40;
  std::atomic<int> answers = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < threads; ++i) {
    callers.emplace_back([&] {
      for (int j = 0; j < jobs_each; ++j) {
        pool.render(list_of(source_of(small_png())), small_plan(), {},
                    [&](const Result<RenderedImage>& result) {
                      EXPECT_TRUE(result);
                      ++answers;
                    });
      }
    });
  }
  for (std::thread& caller : callers)
    caller.join();
  EXPECT_TRUE(eventually([&] { return answers == threads * jobs_each; }));
  pool.shut_down();
  EXPECT_EQ(answers, threads * jobs_each);
}

TEST(WorkerPool, ShuttingDownEndsTheRunningJobAndRefusesTheRest) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  const long idle = ticks_of_the_worker();
  auto running = begin(pool, slow_picture(), slow_plan());
  ASSERT_TRUE(eventually([&] { return ticks_of_the_worker() > idle + 2; }));
  auto waiting = begin(pool, small_png(), small_plan());
  pool.shut_down();
  EXPECT_TRUE(running.get());
  EXPECT_EQ(waiting.get().error().code, ErrorCode::overloaded);
  EXPECT_EQ(begin(pool, small_png(), small_plan()).get().error().code, ErrorCode::overloaded);
  EXPECT_TRUE(worker_pids().empty());
}

TEST(WorkerPool, CancellingKillsWhatRunsAndRefusesTheRest) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  const long idle = ticks_of_the_worker();
  auto running = begin(pool, endless_drawing, endless_plan());
  ASSERT_TRUE(eventually([&] { return ticks_of_the_worker() > idle + 2; }));
  auto waiting = begin(pool, small_png(), small_plan());
  pool.cancel();
  EXPECT_EQ(running.get().error().code, ErrorCode::overloaded);
  EXPECT_EQ(waiting.get().error().code, ErrorCode::overloaded);
  EXPECT_EQ(begin(pool, small_png(), small_plan()).get().error().code, ErrorCode::overloaded);
  pool.shut_down();
  EXPECT_TRUE(worker_pids().empty());
}

TEST(WorkerPool, WhatIsMadeSmallerEndsAloneAndAtOnce) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  auto promise = std::make_shared<std::promise<Result<RenderedImage>>>();
  pool.optimize(list_of(source_of(endless_drawing)), endless_plan(),
                [promise](Result<RenderedImage> result) { promise->set_value(std::move(result)); });
  ASSERT_TRUE(eventually([&] { return worker_pids().size() == 2; }));
  pool.end_background();
  const auto result = promise->get_future().get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::overloaded);
  EXPECT_TRUE(begin(pool, small_png(), small_plan()).get());
}

TEST(WorkerPool, WhatACallbackThrowsCostsNoThread) {
  WorkerPool pool(one_worker(), worker_program());
  ASSERT_TRUE(pool.start());
  pool.render(list_of(source_of(small_png())), small_plan(), {},
              [](const Result<RenderedImage>&) { throw std::runtime_error("oops"); });
  EXPECT_TRUE(begin(pool, small_png(), small_plan()).get());
}

TEST(WorkerPool, AMissingProgramIsToldAtTheStart) {
  WorkerPool pool(one_worker(), "/nonexistent/rucola-worker");
  const auto started = pool.start();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().detail.text, HasSubstr("/nonexistent/rucola-worker"));
}

TEST(WorkerPool, AnotherProgramIsNoWorker) {
  WorkerPool pool(one_worker(), "/bin/true");
  EXPECT_FALSE(pool.start());
}

}  // namespace
}  // namespace rucola::render
