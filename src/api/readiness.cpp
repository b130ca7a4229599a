#include "api/readiness.h"

#include <exception>
#include <string>
#include <utility>

#include <pthread.h>

namespace rucola::api {
namespace {

Result<void> ask(const std::function<Result<void>()>& check) {
  try {
    return check();
  } catch (const std::exception& error) {
    return fail(ErrorCode::internal, "The catalog could not be asked.", error.what());
  }
}

}  // namespace

Readiness::Readiness(std::function<Result<void>()> check, std::chrono::milliseconds patience)
    : check_(std::move(check)), patience_(patience), thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "readiness");
}

Readiness::~Readiness() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  asked_.notify_all();
  thread_.join();
}

Result<void> Readiness::ask_blocking() {
  Lock lock(mutex_);
  const std::uint64_t mine = ++wanted_;
  asked_.notify_one();
  if (!answered_.wait_for(lock, patience_, [&]() REQUIRES(mutex_) { return answers_ >= mine; })) {
    return fail(ErrorCode::overloaded, "The catalog does not answer.",
                "no answer within " + std::to_string(patience_.count()) + " ms");
  }
  return answer_;
}

void Readiness::run() {
  Lock lock(mutex_);
  for (;;) {
    asked_.wait(lock, [this]() REQUIRES(mutex_) { return stopping_ || wanted_ > answers_; });
    if (stopping_) return;
    const std::uint64_t questions = wanted_;  // whoever asks later may not be given what was found before
    lock.unlock();
    Result<void> found = ask(check_);
    lock.lock();
    answers_ = questions;
    answer_ = std::move(found);
    answered_.notify_all();
  }
}

}  // namespace rucola::api
