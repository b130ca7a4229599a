// Forgets what the history had to tell longer ago than its operator wants it kept, and what is more than
// that: soon after the start, and every ten minutes.
//
// Threads: one of its own, which ends with the object; settings_changed() from any. Ownership: the history
// outlives it. Errors: are logged, and it is tried again.
#pragma once

#include "base/live.h"
#include "base/recurring_thread.h"
#include "catalog/audit.h"
#include "catalog/audit_settings.h"

namespace rucola::cli {

class AuditKeeper {
 public:
  AuditKeeper(catalog::Audit& audit, const catalog::AuditSettings& settings);

  /// They count at once.
  void settings_changed(const catalog::AuditSettings& settings);

 private:
  void look(const RecurringThread::Rest& rest);

  catalog::Audit& audit_;
  Live<catalog::AuditSettings> settings_;
  RecurringThread thread_;
};

}  // namespace rucola::cli
