#include "base/executor.h"

#include <array>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include <pthread.h>

#include "base/log.h"
#include "base/metrics.h"
#include "base/queue_wait.h"
#include "base/request_id.h"

namespace rucola {
namespace {

constexpr std::array<std::string_view, 4> reasons{"full", "share_full", "waited_too_long", "shutting_down"};
static_assert(static_cast<std::size_t>(Refusal::closed) + 1 == reasons.size());  // nothing is withdrawn here

Error error_of(Refusal why) {
  switch (why) {
    case Refusal::full:
      return {.code = ErrorCode::overloaded,
              .message = {"The server has more to do than it can take on. Try again in a moment."},
              .retry_after = std::chrono::seconds{1}};
    case Refusal::share_full:
      return {
          .code = ErrorCode::too_many_requests,
          .message = {"So much that you asked for is waiting already that there is no place for more. Try "
                      "again in a moment."},
          .retry_after = std::chrono::seconds{1}};
    case Refusal::waited_too_long:
      return {.code = ErrorCode::overloaded,
              .message = {"The server is so busy that this waited too long. Try again in a moment."},
              .retry_after = std::chrono::seconds{5}};
    case Refusal::closed:
    case Refusal::withdrawn:
      return {.code = ErrorCode::overloaded,
              .message = {"The server is shutting down. Try again in a moment."},
              .retry_after = std::chrono::seconds{1}};
  }
  return {.code = ErrorCode::internal, .message = {}};
}

std::optional<std::string> what_it_throws(const std::function<void()>& call) {
  try {
    call();
    return {};
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "not a std::exception";
  }
}

}  // namespace

struct BlockingExecutor::Metrics {
  explicit Metrics(const std::string& name)
      : waiting(
            metrics::gauge("rucola_executor_waiting", "Tasks that wait for a thread.", {{"executor", name}})),
        running(metrics::gauge("rucola_executor_running", "Tasks under way.", {{"executor", name}})),
        failed(metrics::counter("rucola_executor_failed_total", "Tasks that threw: faults of the program.",
                                {{"executor", name}})),
        waits(metrics::duration_seconds("rucola_executor_wait_seconds", "How long tasks waited for a thread.",
                                        {{"executor", name}})) {
    for (std::size_t i = 0; i < reasons.size(); ++i) {
      refused.at(i) = &metrics::counter("rucola_executor_refused_total", "Tasks that were not begun.",
                                        {{"executor", name}, {"reason", std::string(reasons.at(i))}});
    }
  }

  prometheus::Gauge& waiting;
  prometheus::Gauge& running;
  prometheus::Counter& failed;
  prometheus::Histogram& waits;
  std::array<prometheus::Counter*, reasons.size()> refused{};
};

BlockingExecutor::BlockingExecutor(const std::string& name, const Bounds& bounds)
    : name_(name),
      threads_per_owner_(bounds.threads_per_owner),
      metrics_(std::make_unique<Metrics>(name)),
      queue_({.waiting = bounds.waiting,
              .waiting_per_owner = bounds.waiting_per_owner,
              .longest_wait = bounds.patience}) {
  threads_.reserve(bounds.threads);
  for (std::size_t i = 0; i < bounds.threads; ++i) {
    threads_.emplace_back([this] { run(); });
    pthread_setname_np(threads_.back().native_handle(), name.substr(0, 15).c_str());
  }
  refuser_ = std::thread([this] { refuse_what_must_be(); });
}

BlockingExecutor::~BlockingExecutor() {
  shut_down();
  queue_.end();
  refuser_.join();
}

void BlockingExecutor::submit(Task task) {
  task.run = for_this_request(std::move(task.run));
  if (task.refuse) task.refuse = for_this_request(std::move(task.refuse));
  FairQueue<Task>::Claim claim{.owner = task.owner};
  if (!claim.owner.empty()) claim.at_once = threads_per_owner_;
  queue_.add(std::move(task), std::move(claim));
  metrics_->waiting.Set(static_cast<double>(queue_.waiting()));
}

void BlockingExecutor::shut_down() {
  queue_.close();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void BlockingExecutor::run() {
  while (auto taken = queue_.take()) {
    metrics_->waiting.Set(static_cast<double>(queue_.waiting()));
    metrics_->waits.Observe(std::chrono::duration<double>(taken->waited).count());
    metrics_->running.Increment();
    {
      const QueueWait waited(taken->waited);
      carry_out(taken->item);
    }
    taken->item = {};  // what it held may take its time to go, and may submit
    metrics_->running.Decrement();
    queue_.finished(taken->claim);
  }
}

void BlockingExecutor::refuse_what_must_be() {
  while (auto refused = queue_.take_refused()) {
    metrics_->waiting.Set(static_cast<double>(queue_.waiting()));
    metrics_->refused.at(static_cast<std::size_t>(refused->why))->Increment();
    tell(refused->item, error_of(refused->why));
  }
}

void BlockingExecutor::carry_out(const Task& task) const {
  const auto thrown = what_it_throws(task.run);
  if (!thrown) return;
  metrics_->failed.Increment();
  log::error("task_failed", {{"executor", name_}, {"what", *thrown}});
  tell(task, {ErrorCode::internal, {"Something went wrong inside the server; its log has more."}});
}

void BlockingExecutor::tell(const Task& task, const Error& error) const {
  if (!task.refuse) return;
  const auto thrown = what_it_throws([&] { task.refuse(error); });
  if (thrown) log::error("task_failed", {{"executor", name_}, {"what", *thrown}, {"while", "refusing it"}});
}

}  // namespace rucola
