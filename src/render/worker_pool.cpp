#include "render/worker_pool.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>

#include "base/log.h"
#include "render/job_queue.h"
#include "render/worker_metrics.h"
#include "render/worker_process.h"

namespace rucola::render {
namespace {

using Clock = std::chrono::steady_clock;
using protocol::JobKind;

constexpr const char* shutting_down = "The server is shutting down. Try again in a moment.";
constexpr const char* could_not_process = "The image could not be processed.";
/// Between two attempts to start a worker, so that a machine that can't is not kept busy with trying.
constexpr std::chrono::milliseconds respawn_pause{500};

std::size_t worker_count(const Settings& settings) {
  if (settings.workers > 0) return static_cast<std::size_t>(settings.workers);
  return std::max(1U, std::thread::hardware_concurrency());
}

protocol::Limits limits_of(const Settings& settings) {
  return {.source_pixels = settings.max_source_pixels,
          .source_frames = settings.max_source_frames,
          .output_pixels = settings.max_output_pixels,
          .output_side = settings.max_output_side,
          .cpu_seconds = settings.job_timeout.count() + 2};
}

std::vector<int> numbers_of(const std::vector<UniqueFd>& files) {
  std::vector<int> numbers;
  numbers.reserve(files.size());
  for (const UniqueFd& file : files)
    numbers.push_back(file.get());
  return numbers;
}

/// A job that had the processor most of its time would take as long again; one that did not was the victim of
/// a busy machine.
bool was_starved(std::chrono::nanoseconds used, std::chrono::nanoseconds allowed) {
  return used < allowed / 2;
}

}  // namespace

struct WorkerPool::State {
  State(Settings the_settings, std::filesystem::path program)
      : settings(the_settings),
        options{std::move(program), the_settings.worker_memory_bytes},
        queue(static_cast<std::size_t>(std::max<std::int64_t>(1, the_settings.queue_limit)),
              the_settings.queue_timeout) {}

  void submit(protocol::Job job, std::vector<Source> sources, std::function<void(Result<JobOutcome>)> done);
  void run_worker(std::size_t index, std::promise<Result<void>> ready);
  Result<WorkerProcess> first_worker(std::size_t index);
  Result<void> self_test(WorkerProcess& worker) const;
  bool ensure_worker(std::optional<WorkerProcess>& worker);
  Result<JobOutcome> carry_out(std::optional<WorkerProcess>& worker, const QueuedJob& job);
  void replace(std::optional<WorkerProcess>& worker, RestartReason reason, const std::string& detail);
  void recycle_if_due(std::optional<WorkerProcess>& worker, std::int64_t& jobs_done);
  void run_refuser();
  std::chrono::seconds retry_after() const;

  const Settings settings;
  const WorkerProcess::Options options;
  JobQueue queue;
  std::atomic<std::int64_t> average_job_us{100'000};  ///< a moving average, for Retry-After
  std::atomic<std::size_t> running{0};
  std::vector<std::thread> workers;
  std::thread refuser;

  mutable std::mutex mutex;
  std::string vips_version;  // guarded by mutex
};

void WorkerPool::State::submit(protocol::Job job, std::vector<Source> sources,
                               std::function<void(Result<JobOutcome>)> done) {
  job.limits = limits_of(settings);
  QueuedJob queued{.job = std::move(job), .files = {}, .done = std::move(done), .queued_at = Clock::now()};
  for (Source& source : sources) {
    queued.job.file_bytes.push_back(source.bytes);
    queued.files.push_back(std::move(source.fd));
  }
  if (!queue.add(queued)) queued.done(fail(ErrorCode::overloaded, shutting_down));
  show_queue(queue.waiting());
}

Result<void> WorkerPool::State::self_test(WorkerProcess& worker) const {
  protocol::Job job;
  job.kind = JobKind::self_test;
  job.limits = limits_of(settings);
  const auto started = Clock::now();
  auto outcome = worker.carry_out(job, {}, started + std::chrono::seconds(30));
  if (!outcome) {
    const std::string end = worker.end();
    return fail(
        ErrorCode::internal, "The render workers' self-test failed.",
        (outcome.error().timed_out ? "time-out" : outcome.error().detail) + "; the worker ended with " + end);
  }
  if (!*outcome) return std::unexpected(outcome->error());
  count_job(JobKind::self_test, nullptr, Clock::now() - started);
  return {};
}

/// The first worker tests the sandbox for all of them: they are the same program under the same rules.
Result<WorkerProcess> WorkerPool::State::first_worker(std::size_t index) {
  Result<WorkerProcess> worker = WorkerProcess::spawn(options);
  if (!worker || index != 0) return worker;
  {
    const std::lock_guard lock(mutex);
    vips_version = worker->greeting().vips_version;
  }
  for (const std::string& measure : worker->greeting().missing) {
    log::warning("render_sandbox_weaker", {{"missing", measure}});
  }
  if (auto passed = self_test(*worker); !passed) return std::unexpected(passed.error());
  return worker;
}

void WorkerPool::State::run_worker(std::size_t index, std::promise<Result<void>> ready) {
  Result<WorkerProcess> first = first_worker(index);
  if (!first) {
    ready.set_value(std::unexpected(first.error()));
    return;
  }
  std::optional<WorkerProcess> worker(std::move(*first));
  show_workers(++running);
  ready.set_value({});
  std::int64_t jobs_done = 0;
  while (std::optional<QueuedJob> job = queue.take()) {
    show_queue(queue.waiting());
    const auto started = Clock::now();
    count_wait(started - job->queued_at);
    Result<JobOutcome> outcome = carry_out(worker, *job);
    const auto took = Clock::now() - started;
    count_job(job->job.kind, outcome ? nullptr : &outcome.error(), took);
    const std::int64_t average = average_job_us.load();
    average_job_us =
        average + (std::chrono::duration_cast<std::chrono::microseconds>(took).count() - average) / 8;
    job->done(std::move(outcome));
    ++jobs_done;
    recycle_if_due(worker, jobs_done);
  }
  show_workers(--running);
}

bool WorkerPool::State::ensure_worker(std::optional<WorkerProcess>& worker) {
  if (worker) return true;
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (attempt > 0) std::this_thread::sleep_for(respawn_pause);
    Result<WorkerProcess> spawned = WorkerProcess::spawn(options);
    if (spawned) {
      worker = std::move(*spawned);
      return true;
    }
    log::error("render_worker_not_started", {{"detail", spawned.error().detail.text}});
  }
  return false;
}

void WorkerPool::State::replace(std::optional<WorkerProcess>& worker, RestartReason reason,
                                const std::string& detail) {
  const std::string end = worker->end();
  worker.reset();
  count_restart(reason);
  if (reason == RestartReason::crash || reason == RestartReason::timeout) {
    log::warning("render_worker_lost", {{"reason", name_of(reason)}, {"ended", end}, {"detail", detail}});
  }
}

Result<JobOutcome> WorkerPool::State::carry_out(std::optional<WorkerProcess>& worker, const QueuedJob& job) {
  const std::vector<int> files = numbers_of(job.files);
  for (int attempt = 1;; ++attempt) {
    if (!ensure_worker(worker)) {
      return fail(ErrorCode::internal, could_not_process, "no render worker could be started");
    }
    const std::chrono::nanoseconds used_before = worker->processor_time();
    auto outcome = worker->carry_out(job.job, files, Clock::now() + settings.job_timeout);
    if (outcome) return std::move(*outcome);
    const Lost lost = outcome.error();
    const bool starved = was_starved(worker->processor_time() - used_before, settings.job_timeout);
    replace(worker, lost.timed_out ? RestartReason::timeout : RestartReason::crash, lost.detail);
    if (attempt == 1 && (!lost.timed_out || starved)) continue;
    if (lost.timed_out) {
      return fail(ErrorCode::timed_out, "Processing the image took longer than the allowed " +
                                            std::to_string(settings.job_timeout.count()) +
                                            " s (setting render.job_timeout).");
    }
    return fail(ErrorCode::internal, could_not_process, "render worker died twice: " + lost.detail);
  }
}

void WorkerPool::State::recycle_if_due(std::optional<WorkerProcess>& worker, std::int64_t& jobs_done) {
  if (!worker) {
    jobs_done = 0;
    return;
  }
  if (jobs_done >= settings.worker_recycle_jobs) {
    replace(worker, RestartReason::recycle, {});
  } else if (worker->resident_bytes() > settings.worker_recycle_rss_bytes) {
    replace(worker, RestartReason::memory, {});
  } else {
    return;
  }
  jobs_done = 0;
  ensure_worker(worker);
}

std::chrono::seconds WorkerPool::State::retry_after() const {
  const auto waiting = static_cast<std::int64_t>(queue.waiting());
  const auto workers_now = static_cast<std::int64_t>(std::max<std::size_t>(1, running.load()));
  const std::int64_t seconds = waiting * average_job_us.load() / workers_now / 1'000'000;
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 1, 60));
}

void WorkerPool::State::run_refuser() {
  while (std::optional<RefusedJob> refused = queue.take_refused()) {
    show_queue(queue.waiting());
    Error error{ErrorCode::overloaded, {}};
    error.retry_after = retry_after();
    switch (refused->reason) {
      case RefusedJob::Reason::full:
        error.message.text = "The server is busy: too many images wait to be processed. Try again later.";
        break;
      case RefusedJob::Reason::waited_too_long:
        error.message.text =
            "The server is busy: the image waited too long to be processed. Try again later.";
        break;
      case RefusedJob::Reason::closed:
        error.message.text = shutting_down;
        break;
    }
    count_job(refused->job.job.kind, &error, {});
    refused->job.done(std::unexpected(std::move(error)));
  }
}

WorkerPool::WorkerPool(Settings settings, std::filesystem::path worker_program)
    : state_(std::make_unique<State>(settings, std::move(worker_program))) {}

WorkerPool::~WorkerPool() {
  shut_down();
}

Result<void> WorkerPool::start() {
  const auto started = Clock::now();
  std::vector<std::future<Result<void>>> ready;
  for (std::size_t i = 0; i < worker_count(state_->settings); ++i) {
    std::promise<Result<void>> promise;
    ready.push_back(promise.get_future());
    state_->workers.emplace_back(
        [state = state_.get(), i, p = std::move(promise)]() mutable { state->run_worker(i, std::move(p)); });
    pthread_setname_np(state_->workers.back().native_handle(), "render-worker");
  }
  state_->refuser = std::thread([state = state_.get()] { state->run_refuser(); });
  Result<void> result = WorkerProcess::probe(state_->options, "socket");
  for (std::future<Result<void>>& worker : ready) {
    Result<void> outcome = worker.get();
    if (result && !outcome) result = std::move(outcome);
  }
  if (!result) {
    shut_down();
    return result;
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started);
  log::info("render_workers_ready", {{"workers", state_->workers.size()},
                                     {"libvips", vips_version()},
                                     {"self_test_passed", true},
                                     {"took_ms", took.count()}});
  return {};
}

void WorkerPool::shut_down() {
  state_->queue.close();
  for (std::thread& worker : state_->workers)
    worker.join();
  state_->workers.clear();
  if (state_->refuser.joinable()) state_->refuser.join();
}

void WorkerPool::render(std::vector<Source> sources, const Plan& plan,
                        std::function<void(Result<RenderedImage>)> done) {
  protocol::Job job;
  job.kind = JobKind::render;
  const Format usual = plan.encoding.format;
  const Format other = plan.if_transparent ? plan.if_transparent->format : usual;
  job.plan = serialise(plan);
  state_->submit(std::move(job), std::move(sources),
                 [done = std::move(done), usual, other](Result<JobOutcome> outcome) {
                   if (!outcome) return done(std::unexpected(std::move(outcome.error())));
                   // Only one of the two that the plan allows is believed.
                   const Format format = outcome->reply.inspection.format == other ? other : usual;
                   done(RenderedImage{std::move(outcome->bytes), format});
                 });
}

void WorkerPool::measure(std::vector<Source> sources, const Plan& plan, Measurement measurement,
                         std::function<void(Result<Measured>)> done) {
  protocol::Job job;
  job.kind = JobKind::measure;
  job.plan = serialise(plan);
  job.measurement = measurement;
  state_->submit(std::move(job), std::move(sources), [done = std::move(done)](Result<JobOutcome> outcome) {
    if (!outcome) return done(std::unexpected(std::move(outcome.error())));
    done(std::move(outcome->reply.measured));
  });
}

void WorkerPool::inspect(Source source, std::function<void(Result<Inspection>)> done) {
  protocol::Job job;
  job.kind = JobKind::inspect;
  std::vector<Source> sources;
  sources.push_back(std::move(source));
  state_->submit(std::move(job), std::move(sources), [done = std::move(done)](Result<JobOutcome> outcome) {
    if (!outcome) return done(std::unexpected(std::move(outcome.error())));
    done(std::move(outcome->reply.inspection));
  });
}

std::string WorkerPool::vips_version() const {
  const std::lock_guard lock(state_->mutex);
  return state_->vips_version;
}

}  // namespace rucola::render
