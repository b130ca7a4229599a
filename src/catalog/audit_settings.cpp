#include "catalog/audit_settings.h"

namespace rucola::catalog {

void describe(config::Table& table, AuditSettings& settings) {
  static constexpr config::Range days{0, 36'500};
  auto section = table.section("audit");
  section.integer("days", settings.days, days, "days",
                  "For so long the history of who changed what is kept, of aliases apart. 0 = for ever.");
  section.reloads();
  section.integer("alias_days", settings.alias_days, days, "days", "The same of aliases. 0 = for ever.");
  section.reloads();
  section.integer("entries", settings.entries, {0, 1'000'000'000}, "entries",
                  "So many entries of each kind are kept of one organization, aliases apart; beyond them "
                  "the oldest go, however new. 0 = all.");
  section.reloads();
}

}  // namespace rucola::catalog
