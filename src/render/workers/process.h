// One sandboxed worker process as the server sees it: spawn, give jobs, kill.
//
// Threads: an object belongs to one thread, and that thread must live as long as the worker does, since the
// kernel ends a worker when the thread that spawned it ends. All functions block.
// Ownership: the destructor kills and reaps the process.
// Errors: internal with a private detail where the process could not be started.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <utility>

#include <sys/types.h>

#include "base/error.h"
#include "base/unique_fd.h"
#include "render/protocol/messages.h"
#include "render/protocol/socket.h"
#include "render/workers/job_queue.h"

namespace rucola::render {

/// Why a job has no answer.
struct Lost {
  enum class Why { died, timed_out, interrupted };  ///< died: or broke the protocol
  Why why = Why::died;
  std::string detail;  ///< for the log
};

class WorkerProcess {
 public:
  struct Options {
    std::filesystem::path program;
    std::int64_t memory_bytes = 0;  ///< address space
    int niceness = 0;               ///< as nice(1) has it
    int interrupt = -1;  ///< a descriptor; once it can be read from, nothing is waited for any more
  };

  /// Starts a worker and waits for its greeting.
  static Result<WorkerProcess> spawn(const Options& options);

  /// Starts a worker that, once confined, does something forbidden ("socket", "exec", …), and waits for its
  /// end. Fails unless the sandbox killed it.
  static Result<void> probe(const Options& options, const std::string& forbidden);

  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&& other) noexcept;
  ~WorkerProcess();

  /// The outer error: the process is of no more use. The inner one: the worker's own verdict on the image.
  std::expected<Result<JobOutcome>, Lost> carry_out(const protocol::Job& job, std::span<const int> files,
                                                    protocol::Deadline deadline);

  [[nodiscard]] const protocol::Greeting& greeting() const { return greeting_; }
  [[nodiscard]] std::int64_t resident_bytes() const;
  /// Of all results so far: a worker that was taken over may hold on to them, though they are not in its own
  /// memory.
  [[nodiscard]] std::int64_t result_bytes() const { return result_bytes_; }
  /// Processor time the worker has used so far.
  [[nodiscard]] std::chrono::nanoseconds processor_time() const;

  struct Ended {
    std::string how;             ///< for the log: "signal 9", "exit code 1"
    bool out_of_memory = false;  ///< as the worker itself said
  };
  /// Kills it if it still runs.
  Ended end();

 private:
  WorkerProcess(pid_t pid, UniqueFd socket, int interrupt)
      : pid_(pid), socket_(std::move(socket)), interrupt_(interrupt) {}

  pid_t pid_ = -1;
  UniqueFd socket_;
  int interrupt_ = -1;
  protocol::Greeting greeting_;
  std::int64_t result_bytes_ = 0;
};

}  // namespace rucola::render
