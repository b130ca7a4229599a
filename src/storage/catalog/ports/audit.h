// The port to the histories, over the SQL of ../sqlite/history.h.
#pragma once

#include <string_view>
#include <vector>

#include "catalog/audit.h"
#include "storage/catalog/sqlite/database.h"

namespace rucola::storage {

class SqliteAudit final : public catalog::Audit {
 public:
  /// `database` outlives it.
  explicit SqliteAudit(Database& database) : database_(database) {}

  Result<std::vector<catalog::HistoryEntry>> list(std::string_view organization,
                                                  const catalog::AuditSearch& asked) override;
  Result<std::int64_t> forget(const catalog::AuditLimits& limits,
                              const std::function<bool()>& go_on) override;

 private:
  Database& database_;
};

}  // namespace rucola::storage
