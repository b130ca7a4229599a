#include "render/workers/worker_slot.h"

#include <string>
#include <utility>
#include <vector>

#include <poll.h>

#include "base/log.h"
#include "render/protocol/messages.h"
#include "render/protocol/out_of_memory.h"
#include "render/renderer.h"
#include "render/workers/metrics.h"
#include "render/workers/refusals.h"

namespace rucola::render {
namespace {

/// Between two attempts to start a worker, so that a machine that can't is not kept busy with trying.
constexpr std::chrono::milliseconds respawn_pause{500};

std::vector<int> numbers_of(const std::vector<UniqueFd>& files) {
  std::vector<int> numbers;
  numbers.reserve(files.size());
  for (const UniqueFd& file : files)
    numbers.push_back(file.get());
  return numbers;
}

/// A job that had the processor most of its time would take as long again; one that did not was the victim of
/// a busy machine.
bool had_too_little(std::chrono::nanoseconds used, std::chrono::nanoseconds allowed) {
  return used < allowed / 2;
}

/// Waits, unless the lane is interrupted.
bool interrupted(const WorkerProcess::Options& options, std::chrono::milliseconds pause) {
  pollfd waiting{options.interrupt, POLLIN, 0};
  return ::poll(&waiting, 1, static_cast<int>(pause.count())) > 0;
}

WorkerProcess::Ended end(std::optional<WorkerProcess>& worker, RestartReason reason,
                         const std::string& detail) {
  WorkerProcess::Ended ended = worker->end();
  worker.reset();
  count_restart(reason);
  if (reason == RestartReason::crash || reason == RestartReason::timeout) {
    log::warning("render_worker_lost",
                 {{"reason", name_of(reason)}, {"ended", ended.how}, {"detail", detail}});
  }
  return ended;
}

std::unexpected<Error> took_too_long(const WorkerSlot::Settings& settings, bool starved) {
  return fail(ErrorCode::timed_out,
              "Processing the image took longer than the allowed " +
                  std::to_string(settings.timeout.count()) + " s (setting " + settings.timeout_setting + ").",
              starved ? std::string(starved_twice) : std::string());
}

bool ran_out_of_memory(const Result<JobOutcome>& outcome) {
  return !outcome && protocol::is_out_of_memory(outcome.error());
}

std::unexpected<Error> lost_twice(const WorkerProcess::Ended& ended, const std::string& detail) {
  if (ended.out_of_memory)
    return std::unexpected(protocol::out_of_memory(std::string(died_twice) + ": " + detail));
  return fail(ErrorCode::unprocessable, "The image could not be processed: what works on it was lost, twice.",
              std::string(died_twice) + ": " + detail);
}

}  // namespace

bool WorkerSlot::ensure_worker() {
  if (worker_) return true;
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (attempt > 0 && interrupted(settings_.options, respawn_pause)) return false;
    Result<WorkerProcess> spawned = WorkerProcess::spawn(settings_.options);
    if (spawned) {
      worker_ = std::move(*spawned);
      return true;
    }
    log::error("render_worker_not_started", {{"detail", spawned.error().detail.text}});
  }
  return false;
}

Result<JobOutcome> WorkerSlot::carry_out(const QueuedJob& job) {
  const std::vector<int> files = numbers_of(job.files);
  protocol::Job message = job.job;
  for (int attempt = 1;; ++attempt) {
    if (!ensure_worker()) {
      if (queue_.closed()) return shutting_down();
      return fail(ErrorCode::overloaded, "The image could not be processed.",
                  "no render worker could be started");
    }
    const std::chrono::nanoseconds used_before = worker_->processor_time();
    auto outcome = worker_->carry_out(message, files, std::chrono::steady_clock::now() + settings_.timeout);
    // Each thread takes memory of its own: what does not fit with several may fit with one.
    const bool had_threads = std::exchange(message.threads, 1) > 1;
    if (outcome && had_threads && ran_out_of_memory(*outcome)) {
      attempt = 0;
      continue;
    }
    if (outcome) return std::move(*outcome);
    const Lost lost = outcome.error();
    if (lost.why == Lost::Why::interrupted) {
      end(worker_, RestartReason::shutdown, {});
      return shutting_down();
    }
    const bool timed_out = lost.why == Lost::Why::timed_out;
    const bool starved = had_too_little(worker_->processor_time() - used_before, settings_.timeout);
    const auto ended = end(worker_, timed_out ? RestartReason::timeout : RestartReason::crash, lost.detail);
    if (attempt == 1 && (!timed_out || starved)) continue;
    if (timed_out) return took_too_long(settings_, starved);
    return lost_twice(ended, lost.detail);
  }
}

void WorkerSlot::recycle_if_due() {
  ++jobs_done_;
  if (!worker_) {
    jobs_done_ = 0;
    return;
  }
  if (jobs_done_ >= settings_.recycle_jobs) {
    end(worker_, RestartReason::recycle, {});
  } else if (worker_->resident_bytes() > settings_.recycle_rss_bytes ||
             worker_->result_bytes() >= protocol::result_limit_bytes) {
    end(worker_, RestartReason::memory, {});
  } else {
    return;
  }
  jobs_done_ = 0;
  if (!queue_.closed()) ensure_worker();
}

}  // namespace rucola::render
