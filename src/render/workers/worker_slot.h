// The place of one worker process, and who comes after it: a worker that was lost, has done its share of jobs
// or has grown too large is replaced. A lost one costs its job one retry; so does one that overran its
// deadline where the machine had been too busy to give it that time. A job that ran out of memory with
// several threads is done once more with one.
//
// Threads: an object belongs to one thread, as the process in it does. Ownership: owns its process; the queue
// must outlive it. Cancellation: Settings::options.interrupt.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/error.h"
#include "render/workers/job_queue.h"
#include "render/workers/process.h"

namespace rucola::render {

class WorkerSlot {
 public:
  struct Settings {
    WorkerProcess::Options options;
    std::chrono::seconds timeout;  ///< of a job
    const char* timeout_setting;   ///< for messages
    std::int64_t recycle_jobs = 0;
    std::int64_t recycle_rss_bytes = 0;
  };

  /// `queue`: where the jobs come from; once it is closed, no worker is started for what may come. Without a
  /// worker the first job starts one.
  WorkerSlot(const Settings& settings, const JobQueue& queue, std::optional<WorkerProcess> worker)
      : settings_(settings), queue_(queue), worker_(std::move(worker)) {}

  /// Errors: the worker's own verdict; timed_out; killed_workers(), of either code; overloaded where no
  /// worker could be started, or it was interrupted.
  Result<JobOutcome> carry_out(const QueuedJob& job);
  /// To be called after each job, once who waited for it was told.
  void recycle_if_due();

 private:
  bool ensure_worker();

  const Settings& settings_;
  const JobQueue& queue_;
  std::optional<WorkerProcess> worker_;
  std::int64_t jobs_done_ = 0;  ///< by this worker
};

}  // namespace rucola::render
