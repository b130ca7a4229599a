#include "storage/catalog/ports/audit.h"

#include <chrono>
#include <optional>

#include "storage/catalog/sqlite/history.h"
#include "storage/catalog/sqlite/organizations_and_users.h"
#include "storage/catalog/sqlite/snapshot.h"
#include "storage/catalog/sqlite/time_limit.h"

namespace rucola::storage {
namespace {

constexpr std::chrono::seconds longest_look{2};

/// Nothing: none.
Result<std::optional<std::int64_t>> row_of(Connection& connection, std::string_view organization) {
  if (organization.empty()) return std::nullopt;
  return organizations::row_id(connection, organization);
}

}  // namespace

Result<std::vector<catalog::HistoryEntry>> SqliteAudit::list(std::string_view organization,
                                                             const catalog::AuditSearch& asked) {
  return database_.read([&](Connection& c) -> Result<std::vector<catalog::HistoryEntry>> {
    const auto row = row_of(c, organization);
    if (!row) return std::unexpected(row.error());
    const Snapshot snapshot(c);
    const TimeLimit limit(c, longest_look);
    return history::list(c, *row, asked);
  });
}

Result<std::int64_t> SqliteAudit::forget(const catalog::AuditLimits& limits,
                                         const std::function<bool()>& go_on) {
  const auto all_old = database_.read(
      [&](Connection& c) -> Result<std::vector<history::Old>> { return history::find_old(c, limits); });
  if (!all_old) return std::unexpected(all_old.error());
  std::int64_t forgotten = 0;
  for (const history::Old& old : *all_old) {
    for (std::int64_t last = 1; last > 0 && go_on();) {
      const auto went =
          database_.write([&](Connection& c) -> Result<std::int64_t> { return history::forget(c, old); });
      if (!went) return std::unexpected(went.error());
      last = *went;
      forgotten += last;
    }
  }
  return forgotten;
}

}  // namespace rucola::storage
