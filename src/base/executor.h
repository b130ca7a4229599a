// A pool of threads for what blocks on one kind of thing: the catalog, the disk, remote servers. What waits
// for different things has executors of its own, so that a slow one holds up nobody who does not need it.
//
// Threads: submit() may be called from anywhere, with locks held too, and never blocks: `run` and `refuse`
// are called on the executor's threads alone, for the request that the submitter worked for
// (base/request_id.h). Bounds: so many tasks wait, in all and of one owner, and none for longer than
// `patience`; past that the task is refused, with an error that says why: overloaded, or too_many_requests
// where it is the owner's own share that is used up. Cancellation: shut_down() refuses what waits, and ends
// when what runs has ended; whoever can make that sooner does so first. Errors: a task that throws is logged
// and refused (internal); its thread goes on.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/fair_queue.h"

namespace rucola {

class BlockingExecutor {
 public:
  struct Bounds {
    std::size_t threads;
    std::size_t waiting;
    std::chrono::milliseconds patience{30'000};
    /// Of one owner: what may run and wait at one time. Where strangers fill an executor, less than all.
    std::size_t threads_per_owner = FairQueue<int>::unlimited;
    std::size_t waiting_per_owner = FairQueue<int>::unlimited;
  };

  struct Task {
    std::function<void()> run;
    /// Tells who waits that nothing comes of it; also after a `run` that threw, so what was told before must
    /// not be told again. Empty: nobody waits.
    std::function<void(const Error&)> refuse{};
    /// Whose share it takes: an organization, or the address of a client who is not known yet. Empty: the
    /// server's own work.
    std::string owner{};
  };

  /// `name` labels the metrics, and shows in `top -H` (15 characters at most).
  BlockingExecutor(const std::string& name, const Bounds& bounds);
  BlockingExecutor(const BlockingExecutor&) = delete;
  BlockingExecutor& operator=(const BlockingExecutor&) = delete;
  /// Shuts down. Nobody may submit any more.
  ~BlockingExecutor();

  void submit(Task task);
  /// Afterwards what waits, and what is submitted, is refused. Returns at once.
  void close() { queue_.close(); }
  /// Closes, and waits until what runs has ended. May be called again.
  void shut_down();

  [[nodiscard]] std::size_t waiting() const { return queue_.waiting(); }

 private:
  struct Metrics;

  void run();
  void refuse_what_must_be();
  void carry_out(const Task& task) const;
  void tell(const Task& task, const Error& error) const;

  const std::string name_;
  const std::size_t threads_per_owner_;
  const std::unique_ptr<Metrics> metrics_;
  FairQueue<Task> queue_;
  std::vector<std::thread> threads_;
  std::thread refuser_;
};

}  // namespace rucola
