#include "catalog/damaged_rows.h"

#include <set>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/metrics.h"
#include "base/mutex.h"

namespace rucola::catalog {
namespace {

constexpr std::size_t most_remembered = 1000;

struct Told {
  Mutex mutex;
  std::set<std::pair<std::string, std::string>> rows GUARDED_BY(mutex);
};

/// False where it was told before.
bool is_news(std::string_view table, std::string_view row) {
  static Told told;
  const Lock lock(told.mutex);
  return told.rows.size() < most_remembered && told.rows.emplace(table, row).second;
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
