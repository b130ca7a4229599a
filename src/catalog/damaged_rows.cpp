#include "catalog/damaged_rows.h"

#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/metrics.h"

namespace rucola::catalog {
namespace {

constexpr std::size_t most_remembered = 1000;

/// False where it was told before.
bool is_news(std::string_view table, std::string_view row) {
  static std::mutex mutex;
  static std::set<std::pair<std::string, std::string>> told;  // guarded by mutex
  const std::lock_guard lock(mutex);
  return told.size() < most_remembered && told.emplace(table, row).second;
}

}  // namespace

void report_damaged_row(std::string_view table, std::string_view row, std::string_view what_is_wrong) {
  if (!is_news(table, row)) return;
  metrics::counter("rucola_damaged_rows_total", "Rows of the catalog that could not be read.",
                   {{"table", std::string(table)}})
      .Increment();
  log::error("damaged_row", {{"table", table}, {"row", row}, {"what_is_wrong", what_is_wrong}});
}

}  // namespace rucola::catalog
