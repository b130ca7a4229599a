// The bounded queue in front of the workers: first come, first served, with a deadline for waiting.
//
// Threads: every function is safe from any thread. take() blocks a worker's thread, take_refused() the one
// thread that tells callers that their job won't be done.
// Cancellation: close() wakes everybody; take() then returns nothing even if jobs wait, take_refused() hands
// out what is left, then returns nothing too.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "render/protocol/messages.h"

namespace rucola::render {

/// What a worker made of a job.
struct JobOutcome {
  protocol::Reply reply;  ///< without an error
  std::string bytes;      ///< render only
};

struct QueuedJob {
  protocol::Job job;
  std::vector<UniqueFd> files;
  std::function<void(Result<JobOutcome>)> done;
  std::chrono::steady_clock::time_point queued_at{};
  std::string request_id{};  ///< of the request that it is done for; may be empty
};

struct RefusedJob {
  enum class Reason { full, waited_too_long, closed };

  QueuedJob job;
  Reason reason;
};

class JobQueue {
 public:
  JobQueue(std::size_t limit, std::chrono::steady_clock::duration longest_wait)
      : limit_(limit), longest_wait_(longest_wait) {}

  /// Takes the job over and never blocks: one too many is handed out by take_refused(). False, with the job
  /// left as it is, once the queue is closed.
  [[nodiscard]] bool add(QueuedJob& job);
  /// The next job; nothing once the queue is closed.
  std::optional<QueuedJob> take();
  /// The next job that found no place or waited too long; nothing once the queue is closed and empty.
  std::optional<RefusedJob> take_refused();
  void close();

  [[nodiscard]] std::size_t waiting() const;

 private:
  const std::size_t limit_;
  const std::chrono::steady_clock::duration longest_wait_;

  mutable std::mutex mutex_;
  std::condition_variable wake_taker_;  // waits for: a job in jobs_, or closed_
  std::condition_variable
      wake_refuser_;                // waits for: a job in refused_, a new first job in jobs_, or closed_
  std::deque<QueuedJob> jobs_;      // guarded by mutex_
  std::deque<RefusedJob> refused_;  // guarded by mutex_
  bool closed_ = false;             // guarded by mutex_
};

}  // namespace rucola::render
