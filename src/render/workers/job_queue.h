// What waits in front of the workers. The queue itself is base/fair_queue.h.
//
// Threads: values. Ownership: a job owns its files.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/departure.h"
#include "base/error.h"
#include "base/fair_queue.h"
#include "base/unique_fd.h"
#include "render/protocol/messages.h"

namespace rucola::render {

/// What a worker made of a job.
struct JobOutcome {
  protocol::Reply reply;  ///< without an error
  Bytes bytes;            ///< render only
  std::chrono::milliseconds took{};
};

struct QueuedJob {
  protocol::Job job;
  std::vector<UniqueFd> files;
  std::function<void(Result<JobOutcome>)> done;
  std::string request_id{};                      ///< of the request that it is done for; may be empty
  std::shared_ptr<const Departure> departure{};  ///< of all who wait for it; null: they stay
};

using JobQueue = FairQueue<QueuedJob>;

}  // namespace rucola::render
