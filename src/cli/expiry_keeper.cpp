#include "cli/expiry_keeper.h"

#include <utility>

#include "base/log.h"
#include "base/metrics.h"
#include "catalog/expiry_pass.h"

namespace rucola::cli {
namespace {

/// The first is soon, or a server that never runs for long would never come to it.
constexpr RecurringThread::Times times{.first = std::chrono::minutes{1}, .every = std::chrono::minutes{10}};

Result<void> may_remove(catalog::Store& store) {
  if (!store.lost_changes().empty()) {
    return fail(ErrorCode::conflict,
                "The catalog has lost changes, and nobody has seen to it (rucola doctor): by what it says, "
                "nothing is removed.");
  }
  return store.check();
}

prometheus::Counter& passes(const std::string& outcome) {
  return metrics::counter("rucola_expiry_passes_total",
                          "Looks for what has expired: done, broken off, or not begun since nothing may be "
                          "removed by such a catalog.",
                          {{"outcome", outcome}});
}

void tell(const catalog::Expired& expired) {
  static prometheus::Counter& images =
      metrics::counter("rucola_expired_images_total",
                       "Deleted images that could be restored no longer, and are gone for good.");
  static prometheus::Counter& previews = metrics::counter(
      "rucola_expired_previews_total", "Stacks whose names make them previews, and that were deleted.");
  static prometheus::Counter& files = metrics::counter(
      "rucola_expired_files_total", "Originals that were removed since no image was of them any more.");
  static prometheus::Counter& bytes =
      metrics::counter("rucola_expired_file_bytes_total", "How large those originals were.");
  images.Increment(static_cast<double>(expired.images));
  previews.Increment(static_cast<double>(expired.previews));
  files.Increment(static_cast<double>(expired.files));
  bytes.Increment(static_cast<double>(expired.bytes));
  if (expired.images + expired.previews + expired.files == 0) return;
  log::info("expired", {{"images", expired.images},
                        {"previews", expired.previews},
                        {"files", expired.files},
                        {"bytes", expired.bytes}});
}

}  // namespace

ExpiryKeeper::ExpiryKeeper(catalog::Store& store, catalog::BlobStore& blobs,
                           const catalog::ExpirySettings& settings)
    : store_(store),
      blobs_(blobs),
      settings_(settings),
      thread_("expiry-keeper", times, [this](const RecurringThread::Rest& rest) { look(rest); }) {
  tell({});  // the metrics are there from the start
}

void ExpiryKeeper::settings_changed(const catalog::ExpirySettings& settings) {
  settings_.replace(settings);
  thread_.wake();
}

void ExpiryKeeper::look(const RecurringThread::Rest& rest) {
  static prometheus::Counter& passes_done = passes("done");
  static prometheus::Counter& passes_failed = passes("failed");
  static prometheus::Counter& passes_refused = passes("refused");
  if (auto may = may_remove(store_); !may) {
    passes_refused.Increment();
    return tell_why_not(may.error());
  }
  catalog::ExpiryPass pass(store_.expiry(), blobs_, *settings_.get(), rest);
  const auto done = pass.run(now());
  tell(pass.expired());
  (done ? passes_done : passes_failed).Increment();
  if (!done) return tell_why_not(done.error());
  told_.clear();
}

/// Once for each reason: it may last.
void ExpiryKeeper::tell_why_not(const Error& error) {
  if (std::exchange(told_, error.message.text) == error.message.text) return;
  log::warning("nothing_expires", {{"why", error.message.text}, {"detail", error.detail.text}});
}

}  // namespace rucola::cli
