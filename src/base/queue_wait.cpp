#include "base/queue_wait.h"

#include <utility>

namespace rucola {
namespace {

thread_local std::chrono::steady_clock::duration current{};

}  // namespace

std::chrono::steady_clock::duration waited_in_queue() {
  return current;
}

QueueWait::QueueWait(std::chrono::steady_clock::duration waited) : outer_(std::exchange(current, waited)) {}

QueueWait::~QueueWait() {
  current = outer_;
}

}  // namespace rucola
