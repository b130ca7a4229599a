#include "cli/spool_keeper.h"

#include "base/log.h"

namespace rucola::cli {
namespace {

void tidy(const Spool& spool) {
  if (const auto removed = spool.remove_leftovers(); !removed)
    log::warning("spool_not_tidied", {{"why", removed.error().detail.text}});
}

}  // namespace

SpoolKeeper::SpoolKeeper(const Spool& spool, std::chrono::milliseconds every)
    : thread_("spool-keeper", {.first = every, .every = every},
              [&spool](const RecurringThread::Rest& /*rest*/) { tidy(spool); }) {}

}  // namespace rucola::cli
