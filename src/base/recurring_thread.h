// Does something again and again, on a thread of its own.
//
// Threads: wake() from any. Ownership: owns its thread, which ends with it; what the task uses outlives it.
// Cancellation: the destructor waits for a task that is under way; a long one rests now and then, and ends
// when it is told so. Errors: what a task throws is logged, and it is done again when it is time.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "base/mutex.h"

namespace rucola {

class RecurringThread {
 public:
  /// Waits for that long. False: the task is to end.
  using Rest = std::function<bool(std::chrono::milliseconds)>;
  using Task = std::function<void(const Rest&)>;
  struct Times {
    std::chrono::milliseconds first;  ///< after the start
    std::chrono::milliseconds every;  ///< after the task has ended
  };

  /// `name` is that of the thread: at most 15 characters.
  RecurringThread(std::string name, Times times, Task task);
  RecurringThread(const RecurringThread&) = delete;
  RecurringThread& operator=(const RecurringThread&) = delete;
  ~RecurringThread();

  /// Does it now, or once more where it is under way.
  void wake();

 private:
  void run();
  void do_task();
  bool rest(std::chrono::milliseconds time);

  const std::string name_;
  const Times times_;
  const Task task_;
  Mutex mutex_;
  Condition changed_;  // waits for: ending_, woken_
  bool ending_ GUARDED_BY(mutex_) = false;
  bool woken_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace rucola
