#include "base/executor.h"

#include <utility>

#include <pthread.h>

#include "base/request_id.h"

namespace rucola {

BlockingExecutor::BlockingExecutor(const std::string& name, std::size_t threads, std::size_t queue_limit)
    : queue_limit_(queue_limit) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { run(); });
    pthread_setname_np(threads_.back().native_handle(), name.substr(0, 15).c_str());
  }
}

BlockingExecutor::~BlockingExecutor() {
  shut_down();
}

bool BlockingExecutor::try_submit(std::function<void()> task) {
  task = for_this_request(std::move(task));
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || tasks_.size() >= queue_limit_) return false;
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
  return true;
}

void BlockingExecutor::shut_down() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::size_t BlockingExecutor::waiting() const {
  const std::lock_guard lock(mutex_);
  return tasks_.size();
}

void BlockingExecutor::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (tasks_.empty()) return;
    std::function<void()> task = std::exchange(tasks_.front(), {});
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // what it held may call try_submit() as it goes, so it must go without the lock
    lock.lock();
  }
}

}  // namespace rucola
