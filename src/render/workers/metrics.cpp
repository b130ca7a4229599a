#include "render/workers/metrics.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/metrics.h"
#include "render/renderer.h"

namespace rucola::render {
namespace {

using protocol::JobKind;

constexpr std::string_view result_names[] = {"ok",        "refused", "overloaded",
                                             "timed_out", "failed",  "abandoned"};
constexpr std::size_t failed = 4;
constexpr std::size_t abandoned = 5;

std::size_t result_index(const Error* error) {
  if (error == nullptr) return 0;
  if (killed_workers(*error)) return failed;
  switch (error->code) {
    case ErrorCode::overloaded:
    case ErrorCode::too_many_requests:
      return 2;
    case ErrorCode::timed_out:
      return 3;
    case ErrorCode::internal:
      return failed;
    default:
      return 1;
  }
}

using CountersByResult = std::array<prometheus::Counter*, std::size(result_names)>;

CountersByResult job_counters(JobKind kind) {
  CountersByResult counters{};
  for (std::size_t i = 0; i < counters.size(); ++i) {
    counters[i] = &metrics::counter(
        "rucola_render_jobs_total", "Jobs given to the render workers, by outcome.",
        {{"kind", std::string(protocol::name_of(kind))}, {"result", std::string(result_names[i])}});
  }
  return counters;
}

prometheus::Histogram& job_seconds(JobKind kind) {
  return metrics::duration_seconds("rucola_render_job_seconds",
                                   "Time from taking a job to its answer, retry included.",
                                   {{"kind", std::string(protocol::name_of(kind))}});
}

struct Instruments {
  CountersByResult counters;
  prometheus::Histogram* seconds;
};

const Instruments& instruments_of(JobKind kind) {
  static const auto instruments = [] {
    std::array<Instruments, protocol::job_kinds.size()> made{};
    std::ranges::transform(protocol::job_kinds, made.begin(),
                           [](JobKind each) { return Instruments{job_counters(each), &job_seconds(each)}; });
    return made;
  }();
  return instruments.at(static_cast<std::size_t>(kind));
}

}  // namespace

std::string_view name_of(RestartReason reason) {
  switch (reason) {
    case RestartReason::crash:
      return "crash";
    case RestartReason::timeout:
      return "timeout";
    case RestartReason::recycle:
      return "recycle";
    case RestartReason::memory:
      return "memory";
    case RestartReason::shutdown:
      return "shutdown";
  }
  return "crash";
}

void count_job(JobKind kind, const Error* error, std::chrono::duration<double> took) {
  const Instruments& of = instruments_of(kind);
  of.counters[result_index(error)]->Increment();
  of.seconds->Observe(took.count());
}

void count_abandoned(JobKind kind) {
  instruments_of(kind).counters[abandoned]->Increment();
}

void count_wait(std::chrono::duration<double> waited) {
  static prometheus::Histogram& histogram =
      metrics::duration_seconds("rucola_render_queue_seconds", "Time a job waited for a render worker.");
  histogram.Observe(waited.count());
}

void count_restart(RestartReason reason) {
  metrics::counter("rucola_render_worker_restarts_total", "Render workers replaced, by reason.",
                   {{"reason", std::string(name_of(reason))}})
      .Increment();
}

void show_more_waiting(std::ptrdiff_t more) {
  static prometheus::Gauge& gauge =
      metrics::gauge("rucola_render_queue_jobs", "Jobs waiting for a render worker.");
  gauge.Increment(static_cast<double>(more));
}

void show_more_workers(std::ptrdiff_t more) {
  static prometheus::Gauge& gauge = metrics::gauge(
      "rucola_render_workers", "Render workers, with those that are started when they are needed.");
  gauge.Increment(static_cast<double>(more));
}

}  // namespace rucola::render
