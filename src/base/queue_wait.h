// How long what a thread works at has waited for it, in an executor's queue. Whoever waits there has a limit
// to his patience, and what he comes to wait for next must not take all of it once more.
//
// Threads: each has its own.
#pragma once

#include <chrono>

namespace rucola {

/// Nothing where the thread works at nothing that was queued.
std::chrono::steady_clock::duration waited_in_queue();

/// Until it ends, its thread works at what has waited for so long.
class QueueWait {
 public:
  explicit QueueWait(std::chrono::steady_clock::duration waited);
  QueueWait(const QueueWait&) = delete;
  QueueWait& operator=(const QueueWait&) = delete;
  ~QueueWait();

 private:
  std::chrono::steady_clock::duration outer_;
};

}  // namespace rucola
