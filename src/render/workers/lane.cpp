#include "render/workers/lane.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/request_id.h"
#include "render/workers/metrics.h"
#include "render/workers/refusals.h"
#include "render/workers/thread_share.h"

namespace rucola::render {
namespace {

using Clock = std::chrono::steady_clock;

Lane::Settings interruptible(Lane::Settings settings, const UniqueFd& interrupt) {
  settings.worker.options.interrupt = interrupt.get();
  return settings;
}

bool nobody_waits_for(const QueuedJob& job) {
  return has_left(job.departure);
}

/// Whatever a callback throws, the thread has other jobs to do.
void tell(const QueuedJob& job, Result<JobOutcome> outcome) {
  try {
    job.done(std::move(outcome));
  } catch (const std::exception& error) {
    log::error("render_callback_failed", {{"job", name_of(job.job.kind)}, {"what", error.what()}});
  }
}

}  // namespace

Lane::Lane(Settings settings)
    : interrupt_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      settings_(interruptible(std::move(settings), interrupt_)),
      queue_(settings_.queue) {}

Lane::~Lane() {
  queue_.close();
  queue_.end();
  if (refuser_.joinable()) refuser_.join();
}

void Lane::start() {
  if (settings_.shown) show_more_waiting(0);  // so that it is told of from the start
  refuser_ = std::thread([this] { refuse_what_must_be(); });
}

void Lane::cancel() {
  queue_.close();
  constexpr std::uint64_t one = 1;
  if (::write(interrupt_.get(), &one, sizeof one) < 0) log::error("render_workers_not_interrupted");
}

/// Several lanes are shown as one.
void Lane::show_waiting() {
  const auto waiting = static_cast<std::ptrdiff_t>(queue_.waiting());
  const std::ptrdiff_t before = shown_waiting_.exchange(waiting);
  if (settings_.shown && waiting != before) show_more_waiting(waiting - before);
}

void Lane::count_servers(std::ptrdiff_t more) {
  servers_ += more;
  if (settings_.shown) show_more_workers(more);
}

void Lane::add(protocol::Job job, std::vector<Source> sources, JobQueue::Claim claim, Done done,
               const std::shared_ptr<Departure>& departure) {
  job.limits = settings_.limits;
  QueuedJob queued{.job = std::move(job),
                   .files = {},
                   .done = for_this_request(std::move(done)),
                   .request_id = std::string(current_request()),
                   .departure = departure};
  for (Source& source : sources) {
    queued.job.file_bytes.push_back(source.bytes);
    queued.files.push_back(std::move(source.fd));
  }
  const auto in_time = [this](const JobQueue::Outlook& outlook) { return has_time_for(outlook); };
  queue_.add(std::move(queued), std::move(claim),
             settings_.in_time ? JobQueue::Admission(in_time) : JobQueue::Admission());
  show_waiting();
  // Also where it has happened already: then the job leaves again.
  if (departure) departure->then([this] { queue_.withdraw_if(nobody_waits_for); });
}

void Lane::serve(std::optional<WorkerProcess> worker, const std::function<void()>& begun) {
  count_servers(+1);
  if (begun) begun();
  WorkerSlot slot(settings_.worker, queue_, std::move(worker));
  while (std::optional<JobQueue::Taken> taken = queue_.take()) {
    const RequestScope scope(taken->item.request_id);
    show_waiting();
    if (nobody_waits_for(taken->item)) {
      count_abandoned(taken->item.job.kind);
      tell(taken->item, not_wanted_any_more());
      queue_.finished(taken->claim);
      continue;
    }
    ++busy_;
    taken->item.job.threads = threads_of_next_job();
    carry_out(*taken, slot);
    --busy_;
    queue_.finished(taken->claim);
    slot.recycle_if_due();
  }
  count_servers(-1);
}

/// The worker that has it is the first that is busy.
std::int64_t Lane::threads_of_next_job() const {
  if (!settings_.shares_processors) return 1;
  return threads_of_next(servers_ - busy_, queue_.waiting());
}

void Lane::carry_out(const JobQueue::Taken& taken, WorkerSlot& slot) {
  const QueuedJob& job = taken.item;
  const auto started = Clock::now();
  if (settings_.shown) count_wait(taken.waited);
  Result<JobOutcome> outcome = slot.carry_out(job);
  const auto took = Clock::now() - started;
  if (outcome) outcome->took = std::chrono::ceil<std::chrono::milliseconds>(took);
  if (outcome && outcome->reply.is_heavy) return tell(job, std::move(outcome));  // it is still to be done
  count_job(job.job.kind, outcome ? nullptr : &outcome.error(), took);
  const std::int64_t average = average_job_us_.load();
  average_job_us_ =
      average + (std::chrono::duration_cast<std::chrono::microseconds>(took).count() - average) / 8;
  tell(job, std::move(outcome));
}

void Lane::refuse_what_must_be() {
  while (std::optional<JobQueue::Refused> refused = queue_.take_refused()) {
    const RequestScope scope(refused->item.request_id);
    show_waiting();
    if (refused->why == Refusal::withdrawn) {
      count_abandoned(refused->item.job.kind);
      tell(refused->item, not_wanted_any_more());
      continue;
    }
    Error error = error_of(refused->why, retry_after());
    count_job(refused->item.job.kind, &error, {});
    tell(refused->item, std::unexpected(std::move(error)));
  }
}

/// A burst, such as a page of new pictures, may wait as long as anything may. Once there has been no end to
/// what waits for a while, more comes than can be done: then those that are taken are taken for a short wait,
/// and the others are told so at once, instead of all being late.
bool Lane::has_time_for(const JobQueue::Outlook& outlook) const {
  constexpr int burst = 5;  // parts of the longest wait
  constexpr int short_wait = 8;
  const auto longest = settings_.queue.longest_wait;
  const auto bound = outlook.crowded > longest / burst ? longest / short_wait : longest;
  const auto servers = static_cast<std::int64_t>(std::max<std::ptrdiff_t>(1, servers_.load()));
  const auto ahead = static_cast<std::int64_t>(outlook.ahead);
  return ahead < servers || std::chrono::microseconds(ahead * average_job_us_.load() / servers) <= bound;
}

std::chrono::seconds Lane::retry_after() const {
  const auto waiting = static_cast<std::int64_t>(queue_.waiting());
  const auto servers = static_cast<std::int64_t>(std::max<std::ptrdiff_t>(1, servers_.load()));
  const std::int64_t seconds = waiting * average_job_us_.load() / servers / 1'000'000;
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 1, 60));
}

}  // namespace rucola::render
