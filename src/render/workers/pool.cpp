#include "render/workers/pool.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <pthread.h>

#include "base/log.h"
#include "base/mutex.h"
#include "render/workers/job_queue.h"
#include "render/workers/lane.h"
#include "render/workers/process.h"
#include "render/workers/self_test.h"
#include "render/workers/surroundings.h"

namespace rucola::render {
namespace {

using Clock = std::chrono::steady_clock;
using protocol::JobKind;

/// What is done in the background waits where it comes from.
constexpr std::int64_t background_queue_limit = 16;
constexpr std::chrono::hours background_wait{1};
constexpr int background_niceness = 19;
/// A tenth of what a worker gets that has something to do as well.
constexpr int heavy_niceness = 10;

/// A worker with less address space has none to spare for more threads.
constexpr std::int64_t memory_for_threads = std::int64_t{1} << 30;

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
          .video_pixel_seconds = settings.max_video_pixel_seconds,
          .still_pixels = settings.max_still_pixels,
          .cpu_seconds = timeout.count() + 2};
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

Lane::Settings urgent_lane(const Settings& settings, const std::filesystem::path& program) {
  return {.queue = queue_bounds(settings.queue_limit, settings.queue_timeout, all_but_one(settings)),
          .worker = {.options = {program, settings.worker_memory_bytes},
                     .timeout = settings.job_timeout,
                     .timeout_setting = "render.job_timeout",
                     .recycle_jobs = settings.worker_recycle_jobs,
                     .recycle_rss_bytes = settings.worker_recycle_rss_bytes},
          .limits = limits_of(settings, settings.job_timeout),
          .shown = true,
          .in_time = true,
          .shares_processors = settings.worker_memory_bytes >= memory_for_threads};
}

/// Beside the others: what takes long would stop everybody's renders there, whoever's turn it is.
Lane::Settings heavy_lane(const Settings& settings, const std::filesystem::path& program) {
  Lane::Settings lane = urgent_lane(settings, program);
  lane.queue.heavy_at_once = JobQueue::unlimited;
  lane.in_time = false;  // how long one takes says nothing of the next
  lane.shares_processors = false;
  lane.worker.options.niceness = heavy_niceness;
  return lane;
}

/// Beside all others: a part of a film takes far longer than who looks at a page of pictures waits, and
/// whoever plays it waits for longer.
Lane::Settings films_lane(const Settings& settings, const std::filesystem::path& program) {
  Lane::Settings lane = heavy_lane(settings, program);
  lane.queue.longest_wait = std::max(settings.queue_timeout, settings.film_timeout);
  lane.worker.timeout = settings.film_timeout;
  lane.worker.timeout_setting = "render.film_timeout";
  lane.limits = limits_of(settings, settings.film_timeout);
  return lane;
}

/// Two, so that no organization's inspections have all of them; beside a single worker there is no room for
/// more than one.
std::size_t heavy_worker_count(const Settings& settings) {
  return std::min<std::size_t>(2, worker_count(settings));
}

Lane::Settings background_lane(const Settings& settings, const std::filesystem::path& program) {
  return {.queue = queue_bounds(background_queue_limit, background_wait),
          .worker = {.options = {program, settings.worker_memory_bytes, background_niceness},
                     .timeout = settings.optimize_timeout,
                     .timeout_setting = "render.optimize_timeout",
                     .recycle_jobs = settings.worker_recycle_jobs,
                     .recycle_rss_bytes = settings.worker_recycle_rss_bytes},
          .limits = limits_of(settings, settings.optimize_timeout)};
}

}  // namespace

struct WorkerPool::State {
  State(const Settings& the_settings, const std::filesystem::path& program)
      : settings(the_settings),
        urgent(urgent_lane(the_settings, program)),
        heavy(heavy_lane(the_settings, program)),
        films(films_lane(the_settings, program)),
        background(background_lane(the_settings, program)) {}

  void run_worker(std::size_t index, std::promise<Result<void>> ready);
  Result<WorkerProcess> first_worker(std::size_t index);

  const Settings settings;
  Lane& lane_of(const JobFor& whom) { return whom.heavy && worker_count(settings) == 1 ? heavy : urgent; }
  Lane& lane_of(const Plan& plan, const JobFor& whom) {
    return codes_film_anew(plan) ? films : lane_of(whom);
  }
  void start_further(Lane& lane, const char* name);
  void add_for_upload(Lane& lane, protocol::Job job, Source source, const std::string& organization,
                      Lane::Done done);
  void inspect(Lane& lane, Source source, const std::string& organization, Lane::Done done);
  std::array<Lane*, 4> lanes() { return {&urgent, &heavy, &films, &background}; }

  Lane urgent;
  Lane heavy;  ///< renders are there only where there is a single worker
  Lane films;  ///< parts of videos that are coded anew
  Lane background;
  std::vector<std::thread> workers;

  mutable Mutex mutex;
  std::string vips_version GUARDED_BY(mutex);
  std::vector<std::string> sandbox_missing GUARDED_BY(mutex);
};

/// The first one is tried for all of them.
Result<WorkerProcess> WorkerPool::State::first_worker(std::size_t index) {
  Result<WorkerProcess> worker = WorkerProcess::spawn(urgent.worker_options());
  if (!worker || index != 0) return worker;
  {
    const Lock lock(mutex);
    vips_version = worker->greeting().vips_version;
    sandbox_missing = worker->greeting().missing;
  }
  if (auto passed = self_test(*worker, urgent.limits(), settings.require_sandbox); !passed)
    return std::unexpected(passed.error());
  return worker;
}

/// Its worker is started by the first job: many servers never have one.
void WorkerPool::State::start_further(Lane& lane, const char* name) {
  workers.emplace_back([&lane] { lane.serve({}); });
  pthread_setname_np(workers.back().native_handle(), name);
}

void WorkerPool::State::run_worker(std::size_t index, std::promise<Result<void>> ready) {
  Result<WorkerProcess> first = first_worker(index);
  if (!first) {
    ready.set_value(std::unexpected(first.error()));
    return;
  }
  urgent.serve(std::move(*first), [&ready] { ready.set_value({}); });
}

WorkerPool::WorkerPool(const Settings& settings, const std::filesystem::path& worker_program)
    : state_(std::make_unique<State>(settings, worker_program)) {}

WorkerPool::~WorkerPool() {
  shut_down();
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
  for (Lane* lane : state_->lanes())
    lane->start();
  Result<void> result = WorkerProcess::probe(state_->urgent.worker_options(), "socket");
  for (std::future<Result<void>>& worker : ready) {
    Result<void> outcome = worker.get();
    if (result && !outcome) result = std::move(outcome);
  }
  if (!result) {
    shut_down();
    if (result.error().code != ErrorCode::bad_request)
      result.error().message.text = "The render workers can't be started.";
    return result;
  }
  const std::size_t urgent_workers = state_->workers.size();
  for (std::size_t i = 0; i < heavy_worker_count(state_->settings); ++i)
    state_->start_further(state_->heavy, "heavy-worker");
  for (std::size_t i = 0; i < heavy_worker_count(state_->settings); ++i)
    state_->start_further(state_->films, "film-worker");
  state_->start_further(state_->background, "optimize-worker");
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
  for (Lane* lane : state_->lanes())
    lane->cancel();
}

void WorkerPool::shut_down() {
  for (Lane* lane : state_->lanes())
    lane->close();
  for (std::thread& worker : state_->workers)
    worker.join();
  state_->workers.clear();
}

namespace {

// Of what a worker says about a result, only what the job allows is believed.

std::vector<Format> formats_of(const Plan& plan) {
  std::vector<Format> formats{plan.encoding.format};
  if (plan.if_transparent) formats.push_back(plan.if_transparent->format);
  for (const Encoding& other : plan.or_smaller)
    formats.push_back(other.format);
  return formats;
}

std::vector<Format> formats_of(Repacking how) {
  if (how == Repacking::jpg) return {Format::jpg, Format::webp};
  return {Format::png};
}

std::function<void(Result<JobOutcome>)> with_image(std::vector<Format> allowed,
                                                   std::function<void(Result<RenderedImage>)> done) {
  return [done = std::move(done), allowed = std::move(allowed)](Result<JobOutcome> outcome) {
    if (!outcome) return done(std::unexpected(std::move(outcome.error())));
    const Format said = outcome->reply.inspection.format;
    const bool is_allowed = std::ranges::find(allowed, said) != allowed.end();
    done(RenderedImage{.bytes = std::move(outcome->bytes),
                       .format = is_allowed ? said : allowed.front(),
                       .took = outcome->took});
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
  state_->lane_of(plan, whom)
      .add(std::move(job), std::move(sources), claim_of(whom), with_image(formats_of(plan), std::move(done)),
           whom.departure);
}

void WorkerPool::optimize(std::vector<Source> sources, const Plan& plan,
                          std::function<void(Result<RenderedImage>)> done) {
  protocol::Job job;
  job.kind = JobKind::optimize;
  job.plan = serialise(plan);
  state_->background.add(std::move(job), std::move(sources), {},
                         with_image(formats_of(plan), std::move(done)));
}

void WorkerPool::measure(std::vector<Source> sources, const Plan& plan, Measurement measurement,
                         const JobFor& whom, std::function<void(Result<Measured>)> done) {
  protocol::Job job;
  job.kind = JobKind::measure;
  job.plan = serialise(plan);
  job.measurement = measurement;
  state_->lane_of(whom).add(
      std::move(job), std::move(sources), claim_of(whom),
      [done = std::move(done)](Result<JobOutcome> outcome) {
        if (!outcome) return done(std::unexpected(std::move(outcome.error())));
        done(std::move(outcome->reply.measured));
      },
      whom.departure);
}

void WorkerPool::State::add_for_upload(Lane& lane, protocol::Job job, Source source,
                                       const std::string& organization, Lane::Done done) {
  std::vector<Source> sources;
  sources.push_back(std::move(source));
  JobQueue::Claim claim{.owner = organization};
  if (!organization.empty()) claim.at_once = &lane == &urgent ? all_but_one(settings) : 1;
  lane.add(std::move(job), std::move(sources), std::move(claim), std::move(done));
}

/// How long it takes is seen by a worker alone, which reads what strangers send: it says so instead of
/// beginning.
void WorkerPool::inspect(Source source, const std::string& organization,
                         std::function<void(Result<Inspection>)> done) {
  UniqueFd again(::fcntl(source.fd.get(), F_DUPFD_CLOEXEC, 0));
  if (!again) return done(fail(ErrorCode::internal, "The image could not be processed.", "F_DUPFD_CLOEXEC"));
  const auto kept = std::make_shared<Source>(std::move(again), source.bytes);
  const auto tell = [done = std::move(done)](Result<JobOutcome> outcome) {
    if (!outcome) return done(std::unexpected(std::move(outcome.error())));
    done(std::move(outcome->reply.inspection));
  };
  state_->inspect(state_->urgent, std::move(source), organization,
                  [state = state_.get(), kept, organization, tell](Result<JobOutcome> outcome) {
                    if (!outcome || !outcome->reply.is_heavy) return tell(std::move(outcome));
                    state->inspect(state->heavy, std::move(*kept), organization, tell);
                  });
}

/// In the urgent lane it comes to nothing where it would take long.
void WorkerPool::State::inspect(Lane& lane, Source source, const std::string& organization, Lane::Done done) {
  protocol::Job job;
  job.kind = JobKind::inspect;
  job.unless_heavy = &lane == &urgent;
  add_for_upload(lane, std::move(job), std::move(source), organization, std::move(done));
}

void WorkerPool::repack(Source source, Repacking how, const std::string& organization,
                        std::function<void(Result<RenderedImage>)> done) {
  protocol::Job job;
  job.kind = JobKind::repack;
  job.repacking = how;
  state_->add_for_upload(state_->heavy, std::move(job), std::move(source), organization,
                         with_image(formats_of(how), std::move(done)));
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
