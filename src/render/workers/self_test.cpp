#include "render/workers/self_test.h"

#include <chrono>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "render/workers/metrics.h"

namespace rucola::render {
namespace {

Result<void> check_sandbox(bool require_all, const std::vector<std::string>& missing) {
  for (const std::string& measure : missing)
    log::warning("render_sandbox_weaker", {{"missing", measure}});
  if (!require_all || missing.empty()) return {};
  return fail(ErrorCode::bad_request,
              "render.require_sandbox: this machine does not allow the whole sandbox of the render workers; "
              "missing: " +
                  joined(missing) + ".");
}

}  // namespace

Result<void> self_test(WorkerProcess& worker, const protocol::Limits& limits, bool require_sandbox) {
  if (auto enough = check_sandbox(require_sandbox, worker.greeting().missing); !enough) return enough;
  protocol::Job job;
  job.kind = protocol::JobKind::self_test;
  job.limits = limits;
  const auto started = std::chrono::steady_clock::now();
  auto outcome = worker.carry_out(job, {}, started + std::chrono::seconds(30));
  if (!outcome) {
    const std::string how = worker.end().how;
    return fail(ErrorCode::internal, "The render workers' self-test failed.",
                (outcome.error().why == Lost::Why::timed_out ? "time-out" : outcome.error().detail) +
                    "; the worker ended with " + how);
  }
  if (!*outcome) return std::unexpected(outcome->error());
  count_job(protocol::JobKind::self_test, nullptr, std::chrono::steady_clock::now() - started);
  return {};
}

}  // namespace rucola::render
