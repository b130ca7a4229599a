#include "cli/audit_keeper.h"

#include <chrono>
#include <optional>

#include "base/log.h"
#include "base/time.h"

namespace rucola::cli {
namespace {

/// The first is soon, or a server that never runs for long would never come to it.
constexpr RecurringThread::Times times{.first = std::chrono::minutes{1}, .every = std::chrono::minutes{10}};
/// Between two transactions, for who waits for the catalog.
constexpr std::chrono::milliseconds pause{5};

std::optional<Time> before(std::int64_t days) {
  return days == 0 ? std::nullopt : std::optional(now() - std::chrono::days{days});
}

}  // namespace

AuditKeeper::AuditKeeper(catalog::Audit& audit, const catalog::AuditSettings& settings)
    : audit_(audit),
      settings_(settings),
      thread_("audit-keeper", times, [this](const RecurringThread::Rest& rest) { look(rest); }) {}

void AuditKeeper::settings_changed(const catalog::AuditSettings& settings) {
  settings_.replace(settings);
  thread_.wake();
}

void AuditKeeper::look(const RecurringThread::Rest& rest) {
  const auto settings = settings_.get();
  const catalog::AuditLimits limits{
      .before = before(settings->days),
      .aliases_before = before(settings->alias_days),
      .most = settings->entries == 0 ? std::nullopt : std::optional(settings->entries)};
  const auto forgotten = audit_.forget(limits, [&rest] { return rest(pause); });
  if (!forgotten) {
    log::warning("history_not_shortened", {{"why", forgotten.error().message.text}});
  } else if (*forgotten > 0) {
    log::info("history_shortened", {{"entries", *forgotten}});
  }
}

}  // namespace rucola::cli
