// Removes what has expired (catalog/expiry_pass.h), soon after the start and every ten minutes. By what a
// catalog says that is damaged, or that has lost changes which nobody has seen to yet, nothing is removed.
//
// Threads: one of its own, which ends with the object; settings_changed() from any. Ownership: the store and
// the blobs outlive it. Errors: are logged, and it is tried again.
#pragma once

#include <string>

#include "base/live.h"
#include "base/recurring_thread.h"
#include "catalog/blob_store.h"
#include "catalog/expiry_settings.h"
#include "catalog/store.h"

namespace rucola::cli {

class ExpiryKeeper {
 public:
  ExpiryKeeper(catalog::Store& store, catalog::BlobStore& blobs, const catalog::ExpirySettings& settings);

  /// They count at once.
  void settings_changed(const catalog::ExpirySettings& settings);

 private:
  void look(const RecurringThread::Rest& rest);
  void tell_why_not(const Error& error);

  catalog::Store& store_;
  catalog::BlobStore& blobs_;
  Live<catalog::ExpirySettings> settings_;
  std::string told_;  ///< of the thread: why nothing was removed the last time
  RecurringThread thread_;
};

}  // namespace rucola::cli
