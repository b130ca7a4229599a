#include "render/workers/pool.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mutex.h"
#include "base/request_id.h"
#include "base/text.h"
#include "render/workers/job_queue.h"
#include "render/workers/metrics.h"
#include "render/workers/process.h"
#include "render/workers/surroundings.h"

namespace rucola::render {
namespace {

using Clock = std::chrono::steady_clock;
using protocol::JobKind;

constexpr const char* shutting_down = "The server is shutting down. Try again in a moment.";
constexpr const char* could_not_process = "The image could not be processed.";
/// Between two attempts to start a worker, so that a machine that can't is not kept busy with trying.
constexpr std::chrono::milliseconds respawn_pause{500};
/// What is done in the background waits where it comes from.
constexpr std::int64_t background_queue_limit = 16;
constexpr std::chrono::hours background_wait{1};
constexpr int background_niceness = 19;

std::size_t worker_count(const Settings& settings) {
  if (settings.workers > 0) return static_cast<std::size_t>(settings.workers);
  return std::max(1U, std::thread::hardware_concurrency());
}

/// Where there are several, else the one.
std::size_t all_but_one(const Settings& settings) {
  return std::max<std::size_t>(2, worker_count(settings)) - 1;
}

protocol::Limits limits_of(const Settings& settings, std::chrono::seconds timeout) {
  return {.source_pixels = settings.max_source_pixels,
          .source_frames = settings.max_source_frames,
          .output_pixels = settings.max_output_pixels,
          .output_side = settings.max_output_side,
          .cpu_seconds = timeout.count() + 2};
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

UniqueFd make_interrupt() {
  return UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

/// Of the places an organization's share leaves a quarter to the others, and a client's leaves a half.
JobQueue::Bounds queue_bounds(std::int64_t limit, std::chrono::seconds longest_wait,
                              std::size_t heavy_at_once = JobQueue::unlimited) {
  const auto waiting = static_cast<std::size_t>(std::max<std::int64_t>(1, limit));
  return {.waiting = waiting,
          .waiting_per_owner = waiting - waiting / 4,
          .waiting_per_member = waiting - waiting / 2,
          .heavy_at_once = heavy_at_once,
          .longest_wait = longest_wait};
}

bool nobody_waits_for(const QueuedJob& job) {
  return has_left(job.departure);
}

std::unexpected<Error> not_wanted_any_more() {
  return fail(ErrorCode::overloaded, "Everybody who waited for the image has left.");
}

/// Jobs of one kind of urgency: a queue, and how they are carried out.
struct Lane {
  /// Wakes the lane's threads from whatever they wait for. Once, and for ever.
  void cancel() {
    queue.close();
    constexpr std::uint64_t one = 1;
    if (::write(interrupt.get(), &one, sizeof one) < 0) log::error("render_workers_not_interrupted");
  }

  UniqueFd interrupt;  ///< an eventfd, which is never read
  JobQueue queue;
  WorkerProcess::Options options;
  std::chrono::seconds timeout;
  const char* timeout_setting;
  std::atomic<std::int64_t> average_job_us{100'000};  ///< a moving average, for Retry-After
  std::atomic<std::size_t> running{0};
  std::thread refuser{};
};

}  // namespace

struct WorkerPool::State {
  State(Settings the_settings, const std::filesystem::path& program)
      : settings(the_settings),
        urgent{.interrupt = make_interrupt(),
               .queue = JobQueue(queue_bounds(the_settings.queue_limit, the_settings.queue_timeout,
                                              all_but_one(the_settings))),
               .options{program, the_settings.worker_memory_bytes},
               .timeout = the_settings.job_timeout,
               .timeout_setting = "render.job_timeout"},
        background{.interrupt = make_interrupt(),
                   .queue = JobQueue(queue_bounds(background_queue_limit, background_wait)),
                   .options{program, the_settings.worker_memory_bytes, background_niceness},
                   .timeout = the_settings.optimize_timeout,
                   .timeout_setting = "render.optimize_timeout"} {
    for (Lane* lane : {&urgent, &background})
      lane->options.interrupt = lane->interrupt.get();
  }

  void submit(Lane& lane, protocol::Job job, std::vector<Source> sources, JobQueue::Claim claim,
              std::function<void(Result<JobOutcome>)> done,
              const std::shared_ptr<Departure>& departure = {}) const;
  void run_worker(std::size_t index, std::promise<Result<void>> ready);
  void run_background();
  void serve(Lane& lane, std::optional<WorkerProcess> worker) const;
  Result<WorkerProcess> first_worker(std::size_t index);
  Result<void> self_test(WorkerProcess& worker) const;
  Result<JobOutcome> carry_out(const Lane& lane, std::optional<WorkerProcess>& worker,
                               const QueuedJob& job) const;
  void recycle_if_due(const Lane& lane, std::optional<WorkerProcess>& worker, std::int64_t& jobs_done) const;
  void show_waiting(const Lane& lane) const;
  void run_refuser(Lane& lane) const;

  const Settings settings;
  Lane urgent;
  Lane background;
  std::vector<std::thread> workers;

  mutable Mutex mutex;
  std::string vips_version GUARDED_BY(mutex);
  std::vector<std::string> sandbox_missing GUARDED_BY(mutex);
};

void WorkerPool::State::show_waiting(const Lane& lane) const {
  if (&lane == &urgent) show_queue(lane.queue.waiting());
}

void WorkerPool::State::submit(Lane& lane, protocol::Job job, std::vector<Source> sources,
                               JobQueue::Claim claim, std::function<void(Result<JobOutcome>)> done,
                               const std::shared_ptr<Departure>& departure) const {
  job.limits = limits_of(settings, lane.timeout);
  QueuedJob queued{.job = std::move(job),
                   .files = {},
                   .done = std::move(done),
                   .request_id = std::string(current_request()),
                   .departure = departure};
  for (Source& source : sources) {
    queued.job.file_bytes.push_back(source.bytes);
    queued.files.push_back(std::move(source.fd));
  }
  lane.queue.add(std::move(queued), std::move(claim));
  show_waiting(lane);
  // Also where it has happened already: then the job leaves again.
  if (departure) departure->then([&lane] { lane.queue.withdraw_if(nobody_waits_for); });
}

Result<void> WorkerPool::State::self_test(WorkerProcess& worker) const {
  protocol::Job job;
  job.kind = JobKind::self_test;
  job.limits = limits_of(settings, settings.job_timeout);
  const auto started = Clock::now();
  auto outcome = worker.carry_out(job, {}, started + std::chrono::seconds(30));
  if (!outcome) {
    const std::string end = worker.end();
    return fail(ErrorCode::internal, "The render workers' self-test failed.",
                (outcome.error().why == Lost::Why::timed_out ? "time-out" : outcome.error().detail) +
                    "; the worker ended with " + end);
  }
  if (!*outcome) return std::unexpected(outcome->error());
  count_job(JobKind::self_test, nullptr, Clock::now() - started);
  return {};
}

namespace {

Result<void> check_sandbox(const Settings& settings, const std::vector<std::string>& missing) {
  for (const std::string& measure : missing)
    log::warning("render_sandbox_weaker", {{"missing", measure}});
  if (!settings.require_sandbox || missing.empty()) return {};
  return fail(ErrorCode::bad_request,
              "render.require_sandbox: this machine does not allow the whole sandbox of the render workers; "
              "missing: " +
                  joined(missing) + ".");
}

}  // namespace

/// The first worker tests the sandbox for all of them: they are the same program under the same rules.
Result<WorkerProcess> WorkerPool::State::first_worker(std::size_t index) {
  Result<WorkerProcess> worker = WorkerProcess::spawn(urgent.options);
  if (!worker || index != 0) return worker;
  {
    const Lock lock(mutex);
    vips_version = worker->greeting().vips_version;
    sandbox_missing = worker->greeting().missing;
  }
  if (auto enough = check_sandbox(settings, worker->greeting().missing); !enough)
    return std::unexpected(enough.error());
  if (auto passed = self_test(*worker); !passed) return std::unexpected(passed.error());
  return worker;
}

void WorkerPool::State::run_worker(std::size_t index, std::promise<Result<void>> ready) {
  Result<WorkerProcess> first = first_worker(index);
  if (!first) {
    ready.set_value(std::unexpected(first.error()));
    return;
  }
  show_workers(++urgent.running);
  ready.set_value({});
  serve(urgent, std::move(*first));
  show_workers(--urgent.running);
}

/// Its worker is started by the first job: many servers never have one.
void WorkerPool::State::run_background() {
  ++background.running;
  serve(background, {});
}

namespace {

/// Whatever a callback throws, the thread has other jobs to do.
void tell(const QueuedJob& job, Result<JobOutcome> outcome) {
  try {
    job.done(std::move(outcome));
  } catch (const std::exception& error) {
    log::error("render_callback_failed", {{"job", name_of(job.job.kind)}, {"what", error.what()}});
  }
}

}  // namespace

void WorkerPool::State::serve(Lane& lane, std::optional<WorkerProcess> worker) const {
  std::int64_t jobs_done = 0;
  while (std::optional<JobQueue::Taken> taken = lane.queue.take()) {
    const QueuedJob& job = taken->item;
    const RequestScope scope(job.request_id);
    show_waiting(lane);
    if (nobody_waits_for(job)) {
      count_abandoned(job.job.kind);
      tell(job, not_wanted_any_more());
      lane.queue.finished(taken->claim);
      continue;
    }
    const auto started = Clock::now();
    if (&lane == &urgent) count_wait(taken->waited);
    Result<JobOutcome> outcome = carry_out(lane, worker, job);
    const auto took = Clock::now() - started;
    count_job(job.job.kind, outcome ? nullptr : &outcome.error(), took);
    const std::int64_t average = lane.average_job_us.load();
    lane.average_job_us =
        average + (std::chrono::duration_cast<std::chrono::microseconds>(took).count() - average) / 8;
    tell(job, std::move(outcome));
    lane.queue.finished(taken->claim);
    ++jobs_done;
    recycle_if_due(lane, worker, jobs_done);
  }
}

namespace {

/// Waits, unless the lane is interrupted.
bool interrupted(const WorkerProcess::Options& options, std::chrono::milliseconds pause) {
  pollfd waiting{options.interrupt, POLLIN, 0};
  return ::poll(&waiting, 1, static_cast<int>(pause.count())) > 0;
}

bool ensure_worker(const WorkerProcess::Options& options, std::optional<WorkerProcess>& worker) {
  if (worker) return true;
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (attempt > 0 && interrupted(options, respawn_pause)) return false;
    Result<WorkerProcess> spawned = WorkerProcess::spawn(options);
    if (spawned) {
      worker = std::move(*spawned);
      return true;
    }
    log::error("render_worker_not_started", {{"detail", spawned.error().detail.text}});
  }
  return false;
}

void replace(std::optional<WorkerProcess>& worker, RestartReason reason, const std::string& detail) {
  const std::string end = worker->end();
  worker.reset();
  count_restart(reason);
  if (reason == RestartReason::crash || reason == RestartReason::timeout) {
    log::warning("render_worker_lost", {{"reason", name_of(reason)}, {"ended", end}, {"detail", detail}});
  }
}

}  // namespace

Result<JobOutcome> WorkerPool::State::carry_out(const Lane& lane, std::optional<WorkerProcess>& worker,
                                                const QueuedJob& job) const {
  const std::vector<int> files = numbers_of(job.files);
  for (int attempt = 1;; ++attempt) {
    if (!ensure_worker(lane.options, worker)) {
      if (lane.queue.closed()) return fail(ErrorCode::overloaded, shutting_down);
      return fail(ErrorCode::overloaded, could_not_process, "no render worker could be started");
    }
    const std::chrono::nanoseconds used_before = worker->processor_time();
    auto outcome = worker->carry_out(job.job, files, Clock::now() + lane.timeout);
    if (outcome) return std::move(*outcome);
    const Lost lost = outcome.error();
    if (lost.why == Lost::Why::interrupted) {
      replace(worker, RestartReason::shutdown, {});
      return fail(ErrorCode::overloaded, shutting_down);
    }
    const bool timed_out = lost.why == Lost::Why::timed_out;
    const bool starved = was_starved(worker->processor_time() - used_before, lane.timeout);
    replace(worker, timed_out ? RestartReason::timeout : RestartReason::crash, lost.detail);
    if (attempt == 1 && (!timed_out || starved)) continue;
    if (timed_out) {
      return fail(ErrorCode::timed_out, "Processing the image took longer than the allowed " +
                                            std::to_string(lane.timeout.count()) + " s (setting " +
                                            lane.timeout_setting + ").");
    }
    return fail(ErrorCode::unprocessable,
                "The image could not be processed: what works on it was lost, twice.",
                std::string(died_twice) + ": " + lost.detail);
  }
}

void WorkerPool::State::recycle_if_due(const Lane& lane, std::optional<WorkerProcess>& worker,
                                       std::int64_t& jobs_done) const {
  if (!worker) {
    jobs_done = 0;
    return;
  }
  if (jobs_done >= settings.worker_recycle_jobs) {
    replace(worker, RestartReason::recycle, {});
  } else if (worker->resident_bytes() > settings.worker_recycle_rss_bytes ||
             worker->result_bytes() >= protocol::result_limit_bytes) {
    replace(worker, RestartReason::memory, {});
  } else {
    return;
  }
  jobs_done = 0;
  if (!lane.queue.closed()) ensure_worker(lane.options, worker);
}

namespace {

std::chrono::seconds retry_after(const Lane& lane) {
  const auto waiting = static_cast<std::int64_t>(lane.queue.waiting());
  const auto workers_now = static_cast<std::int64_t>(std::max<std::size_t>(1, lane.running.load()));
  const std::int64_t seconds = waiting * lane.average_job_us.load() / workers_now / 1'000'000;
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 1, 60));
}

/// Why a job was not begun.
Error error_of(Refusal why, std::chrono::seconds come_again) {
  Error error{.code = ErrorCode::overloaded, .message = {}, .retry_after = come_again};
  switch (why) {
    case Refusal::full:
      error.message.text = "The server is busy: too many images wait to be processed. Try again later.";
      break;
    case Refusal::share_full:
      error.code = ErrorCode::too_many_requests;
      error.message.text =
          "So many images that you asked for wait to be processed that there is no place for more. Try again "
          "later.";
      break;
    case Refusal::waited_too_long:
      error.message.text = "The server is busy: the image waited too long to be processed. Try again later.";
      break;
    case Refusal::closed:
    case Refusal::withdrawn:
      error.message.text = shutting_down;
      break;
  }
  return error;
}

}  // namespace

void WorkerPool::State::run_refuser(Lane& lane) const {
  while (std::optional<JobQueue::Refused> refused = lane.queue.take_refused()) {
    const RequestScope scope(refused->item.request_id);
    show_waiting(lane);
    if (refused->why == Refusal::withdrawn) {
      count_abandoned(refused->item.job.kind);
      tell(refused->item, not_wanted_any_more());
      continue;
    }
    Error error = error_of(refused->why, retry_after(lane));
    count_job(refused->item.job.kind, &error, {});
    tell(refused->item, std::unexpected(std::move(error)));
  }
}

WorkerPool::WorkerPool(Settings settings, const std::filesystem::path& worker_program)
    : state_(std::make_unique<State>(settings, worker_program)) {}

WorkerPool::~WorkerPool() {
  shut_down();
  for (Lane* lane : {&state_->urgent, &state_->background}) {
    lane->queue.end();
    if (lane->refuser.joinable()) lane->refuser.join();
  }
}

Result<void> WorkerPool::start() {
  const auto started = Clock::now();
  if (auto room = check_address_space(state_->settings.worker_memory_bytes); !room) return room;
  std::vector<std::future<Result<void>>> ready;
  for (std::size_t i = 0; i < worker_count(state_->settings); ++i) {
    std::promise<Result<void>> promise;
    ready.push_back(promise.get_future());
    state_->workers.emplace_back(
        [state = state_.get(), i, p = std::move(promise)]() mutable { state->run_worker(i, std::move(p)); });
    pthread_setname_np(state_->workers.back().native_handle(), "render-worker");
  }
  for (Lane* lane : {&state_->urgent, &state_->background})
    lane->refuser = std::thread([state = state_.get(), lane] { state->run_refuser(*lane); });
  Result<void> result = WorkerProcess::probe(state_->urgent.options, "socket");
  for (std::future<Result<void>>& worker : ready) {
    Result<void> outcome = worker.get();
    if (result && !outcome) result = std::move(outcome);
  }
  if (!result) {
    shut_down();
    return std::unexpected(explained(std::move(result.error())));
  }
  const std::size_t urgent_workers = state_->workers.size();
  state_->workers.emplace_back([state = state_.get()] { state->run_background(); });
  pthread_setname_np(state_->workers.back().native_handle(), "optimize-worker");
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started);
  log::info("render_workers_ready", {{"workers", urgent_workers},
                                     {"libvips", vips_version()},
                                     {"self_test_passed", true},
                                     {"took_ms", took.count()}});
  return {};
}

void WorkerPool::end_background() {
  state_->background.cancel();
}

void WorkerPool::cancel() {
  for (Lane* lane : {&state_->urgent, &state_->background})
    lane->cancel();
}

void WorkerPool::shut_down() {
  for (Lane* lane : {&state_->urgent, &state_->background})
    lane->queue.close();
  for (std::thread& worker : state_->workers)
    worker.join();
  state_->workers.clear();
}

namespace {

/// Of what a worker says about a plan's result, only what the plan allows is believed.
std::vector<Format> formats_of(const Plan& plan) {
  std::vector<Format> formats{plan.encoding.format};
  if (plan.if_transparent) formats.push_back(plan.if_transparent->format);
  for (const Encoding& other : plan.or_smaller)
    formats.push_back(other.format);
  return formats;
}

std::function<void(Result<JobOutcome>)> with_image(const Plan& plan,
                                                   std::function<void(Result<RenderedImage>)> done) {
  return [done = std::move(done), allowed = formats_of(plan)](Result<JobOutcome> outcome) {
    if (!outcome) return done(std::unexpected(std::move(outcome.error())));
    const Format said = outcome->reply.inspection.format;
    const bool is_allowed = std::ranges::find(allowed, said) != allowed.end();
    done(RenderedImage{std::move(outcome->bytes), is_allowed ? said : allowed.front()});
  };
}

JobQueue::Claim claim_of(const JobFor& whom) {
  return {.owner = whom.organization, .member = whom.client, .heavy = whom.heavy};
}

}  // namespace

void WorkerPool::render(std::vector<Source> sources, const Plan& plan, const JobFor& whom,
                        std::function<void(Result<RenderedImage>)> done) {
  protocol::Job job;
  job.kind = JobKind::render;
  job.plan = serialise(plan);
  state_->submit(state_->urgent, std::move(job), std::move(sources), claim_of(whom),
                 with_image(plan, std::move(done)), whom.departure);
}

void WorkerPool::optimize(std::vector<Source> sources, const Plan& plan,
                          std::function<void(Result<RenderedImage>)> done) {
  protocol::Job job;
  job.kind = JobKind::optimize;
  job.plan = serialise(plan);
  state_->submit(state_->background, std::move(job), std::move(sources), {},
                 with_image(plan, std::move(done)));
}

void WorkerPool::measure(std::vector<Source> sources, const Plan& plan, Measurement measurement,
                         const JobFor& whom, std::function<void(Result<Measured>)> done) {
  protocol::Job job;
  job.kind = JobKind::measure;
  job.plan = serialise(plan);
  job.measurement = measurement;
  state_->submit(
      state_->urgent, std::move(job), std::move(sources), claim_of(whom),
      [done = std::move(done)](Result<JobOutcome> outcome) {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        done(std::move(outcome->reply.measured));
      },
      whom.departure);
}

void WorkerPool::inspect(Source source, const std::string& organization,
                         std::function<void(Result<Inspection>)> done) {
  protocol::Job job;
  job.kind = JobKind::inspect;
  std::vector<Source> sources;
  sources.push_back(std::move(source));
  JobQueue::Claim claim{.owner = organization};
  if (!organization.empty()) claim.at_once = all_but_one(state_->settings);
  state_->submit(state_->urgent, std::move(job), std::move(sources), std::move(claim),
                 [done = std::move(done)](Result<JobOutcome> outcome) {
                   if (!outcome) return done(std::unexpected(std::move(outcome.error())));
                   done(std::move(outcome->reply.inspection));
                 });
}

std::vector<std::string> WorkerPool::sandbox_missing() const {
  const Lock lock(state_->mutex);
  return state_->sandbox_missing;
}

std::string WorkerPool::vips_version() const {
  const Lock lock(state_->mutex);
  return state_->vips_version;
}

}  // namespace rucola::render
