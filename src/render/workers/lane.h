// Jobs of one kind of urgency: a queue, and the workers that carry out what waits there.
//
//   add() ──▶ queue ──serve(): a worker──▶ done, with the outcome
//               └──no place, waited too long, closed, nobody waits──▶ done, with why not
//
// Threads: add(), close() and cancel() from any; add() never blocks. serve() takes a thread for each worker,
// and returns once the lane is closed; `done` is called there, or on the lane's own thread that refuses what
// must be. Ownership: jobs own their files. Everybody who serves must have returned before the lane ends.
// Cancellation: close() lets what runs finish, cancel() kills it; what waits is refused.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/unique_fd.h"
#include "render/protocol/messages.h"
#include "render/renderer.h"
#include "render/workers/job_queue.h"
#include "render/workers/process.h"
#include "render/workers/worker_slot.h"

namespace rucola::render {

class Lane {
 public:
  struct Settings {
    JobQueue::Bounds queue;
    WorkerSlot::Settings worker;     ///< but the interrupt, which is the lane's
    protocol::Limits limits;         ///< of each job
    bool shown = false;              ///< /metrics tell of its queue and its workers
    bool in_time = false;            ///< takes no job that would wait too long
    bool shares_processors = false;  ///< a job gets those of the lane's workers that have nothing to do
  };
  using Done = std::function<void(Result<JobOutcome>)>;

  explicit Lane(Settings settings);
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  ~Lane();

  /// Before this, nobody is told that nothing comes of his job.
  void start();
  void add(protocol::Job job, std::vector<Source> sources, JobQueue::Claim claim, Done done,
           const std::shared_ptr<Departure>& departure = {});
  /// `begun` is called once it counts. Without a worker the first job starts one.
  void serve(std::optional<WorkerProcess> worker, const std::function<void()>& begun = {});
  void close() { queue_.close(); }
  /// Wakes the lane's threads from whatever they wait for. Once, and for ever.
  void cancel();

  [[nodiscard]] const WorkerProcess::Options& worker_options() const { return settings_.worker.options; }
  [[nodiscard]] const protocol::Limits& limits() const { return settings_.limits; }

 private:
  void refuse_what_must_be();
  void carry_out(const JobQueue::Taken& taken, WorkerSlot& slot);
  void show_waiting();
  [[nodiscard]] std::int64_t threads_of_next_job() const;
  void count_servers(std::ptrdiff_t more);
  [[nodiscard]] bool has_time_for(const JobQueue::Outlook& outlook) const;
  [[nodiscard]] std::chrono::seconds retry_after() const;

  const UniqueFd interrupt_;  ///< an eventfd, which is never read
  const Settings settings_;
  JobQueue queue_;
  std::atomic<std::int64_t> average_job_us_{100'000};  ///< a moving average, for Retry-After
  std::atomic<std::ptrdiff_t> servers_{0};
  std::atomic<std::ptrdiff_t> busy_{0};  ///< of them
  std::atomic<std::ptrdiff_t> shown_waiting_{0};
  std::thread refuser_;
};

}  // namespace rucola::render
