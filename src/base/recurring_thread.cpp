#include "base/recurring_thread.h"

#include <exception>
#include <utility>

#include <pthread.h>

#include "base/log.h"

namespace rucola {

RecurringThread::RecurringThread(std::string name, Times times, Task task)
    : name_(std::move(name)), times_(times), task_(std::move(task)), thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), name_.c_str());
}

RecurringThread::~RecurringThread() {
  {
    const Lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void RecurringThread::wake() {
  {
    const Lock lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void RecurringThread::run() {
  std::chrono::milliseconds wait = times_.first;
  Lock lock(mutex_);
  for (;;) {
    changed_.wait_for(lock, wait, [this]() REQUIRES(mutex_) { return ending_ || woken_; });
    if (ending_) return;
    woken_ = false;
    lock.unlock();
    do_task();
    lock.lock();
    wait = times_.every;
  }
}

void RecurringThread::do_task() {
  try {
    task_([this](std::chrono::milliseconds time) { return rest(time); });
  } catch (const std::exception& error) {
    log::error("recurring_task_failed", {{"thread", name_}, {"why", error.what()}});
  }
}

bool RecurringThread::rest(std::chrono::milliseconds time) {
  Lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this]() REQUIRES(mutex_) { return ending_; });
}

}  // namespace rucola
