#include "cli/spool_keeper.h"

#include <exception>
#include <stop_token>

#include <pthread.h>

#include "base/log.h"
#include "base/mutex.h"

namespace rucola::cli {
namespace {

void tidy(const Spool& spool) {
  try {
    if (const auto removed = spool.remove_leftovers(); !removed)
      log::warning("spool_not_tidied", {{"why", removed.error().detail.text}});
  } catch (const std::exception& error) {
    log::warning("spool_not_tidied", {{"why", error.what()}});
  }
}

void keep(const std::stop_token& stop, const Spool& spool, std::chrono::milliseconds every) {
  Mutex mutex;
  Condition stopped;
  const std::stop_callback wake(stop, [&] {
    const Lock lock(mutex);  // or it could fall between the look at `stop` and the wait
    stopped.notify_all();
  });
  Lock lock(mutex);
  while (!stopped.wait_for(lock, every, [&] { return stop.stop_requested(); })) {
    lock.unlock();
    tidy(spool);
    lock.lock();
  }
}

}  // namespace

SpoolKeeper::SpoolKeeper(const Spool& spool, std::chrono::milliseconds every)
    : thread_([&spool, every](const std::stop_token& stop) { keep(stop, spool, every); }) {
  pthread_setname_np(thread_.native_handle(), "spool-keeper");
}

}  // namespace rucola::cli
