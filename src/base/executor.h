// A bounded pool of threads for calls that block: SQL, files, management requests.
//
// Threads: try_submit() may be called from anywhere and never blocks. A task is run for the request that its
// submitter worked for (base/request_id.h).
// Bounds: at most `queue_limit` tasks wait; past that try_submit() says no and the caller answers 503.
// Cancellation: shut_down() lets queued tasks run to their end, then joins.
// Errors: a task must not throw; one that does ends the program (std::terminate), as it would in any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace rucola {

class BlockingExecutor {
 public:
  /// `name` shows in `top -H` (15 characters at most).
  BlockingExecutor(const std::string& name, std::size_t threads, std::size_t queue_limit);
  BlockingExecutor(const BlockingExecutor&) = delete;
  BlockingExecutor& operator=(const BlockingExecutor&) = delete;
  ~BlockingExecutor();

  [[nodiscard]] bool try_submit(std::function<void()> task);
  void shut_down();

  [[nodiscard]] std::size_t waiting() const;

 private:
  void run();

  const std::size_t queue_limit_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;             // waits for: a task, or stopping_
  std::deque<std::function<void()>> tasks_;  // guarded by mutex_
  bool stopping_ = false;                    // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace rucola
