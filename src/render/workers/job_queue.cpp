#include "render/workers/job_queue.h"

#include <utility>

namespace rucola::render {

bool JobQueue::add(QueuedJob& job) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    if (jobs_.size() >= limit_) {
      refused_.push_back({std::move(job), RefusedJob::Reason::full});
    } else {
      jobs_.push_back(std::move(job));
      wake_taker_.notify_one();
      if (jobs_.size() > 1) return true;  // the deadline of the first job is being watched already
    }
  }
  wake_refuser_.notify_one();
  return true;
}

std::optional<QueuedJob> JobQueue::take() {
  std::unique_lock lock(mutex_);
  wake_taker_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
  if (closed_) return {};
  QueuedJob job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

std::optional<RefusedJob> JobQueue::take_refused() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!refused_.empty()) {
      RefusedJob job = std::move(refused_.front());
      refused_.pop_front();
      return job;
    }
    if (closed_) {
      if (jobs_.empty()) return {};
      RefusedJob job{std::move(jobs_.front()), RefusedJob::Reason::closed};
      jobs_.pop_front();
      return job;
    }
    if (jobs_.empty()) {
      wake_refuser_.wait(lock);
      continue;
    }
    const auto deadline = jobs_.front().queued_at + longest_wait_;
    if (std::chrono::steady_clock::now() >= deadline) {
      RefusedJob job{std::move(jobs_.front()), RefusedJob::Reason::waited_too_long};
      jobs_.pop_front();
      return job;
    }
    wake_refuser_.wait_until(lock, deadline);
  }
}

void JobQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake_taker_.notify_all();
  wake_refuser_.notify_all();
}

std::size_t JobQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

}  // namespace rucola::render
