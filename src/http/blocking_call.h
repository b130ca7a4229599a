// Runs a call that blocks on the blocking executor, and resumes the coroutine on its loop.
//
// Cancellation: none; the coroutine waits until the call is over, also where the client is gone, and so
// references into the coroutine are good for the call. Errors: Refused where the executor's queue is full;
// what the call throws is thrown to the caller.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "http/asio_types.h"
#include "http/loop.h"

namespace rucola::http {

struct Refused {};

/// A coroutine that waits for a call elsewhere, and its loop, which must not end before the call does. The
/// handler is moved to the loop when it is done: what waits in a loop's queue must not hold that loop.
template <class Handler>
class Resumption {
 public:
  Resumption(std::shared_ptr<Loop> loop, Handler handler)
      : loop_(std::move(loop)), handler_(std::move(handler)) {}

  void operator()(bool ran) {
    asio::post(loop_->executor(),
               [handler = std::move(handler_), ran]() mutable { std::move(handler)(ran); });
  }

 private:
  const std::shared_ptr<Loop> loop_;
  Handler handler_;  // after the loop, and so destroyed before it
};

/// Suspends until `work` was run elsewhere; false: it was not even begun. `work` must not throw.
inline Task<bool> run_elsewhere(Loop& loop, std::function<void()> work) {
  return asio::async_initiate<const asio::use_awaitable_t<LoopExecutor>, void(bool)>(
      [&loop](auto handler, std::function<void()> task) {
        auto resume =
            std::make_shared<Resumption<decltype(handler)>>(loop.shared_from_this(), std::move(handler));
        const bool taken = loop.shared().blocking.try_submit([resume, task = std::move(task)] {
          task();
          (*resume)(true);
        });
        if (!taken) (*resume)(false);
      },
      awaited, std::move(work));
}

/// What `work` returns; nothing where the queue is full.
template <class Work>
Task<std::optional<std::invoke_result_t<Work&>>> call_blocking(Loop& loop, Work work) {
  std::optional<std::invoke_result_t<Work&>> result;
  std::exception_ptr thrown;
  const bool ran = co_await run_elsewhere(loop, [&result, &thrown, &work] {
    try {
      result.emplace(work());
    } catch (...) {
      thrown = std::current_exception();
    }
  });
  if (ran && thrown) std::rethrow_exception(thrown);
  co_return result;
}

/// Waits for room in the queue, for steps of a work that has begun and is slowed down rather than broken off.
template <class Work>
Task<std::optional<std::invoke_result_t<Work&>>> call_blocking_patiently(Loop& loop, Work work,
                                                                         std::chrono::seconds patience) {
  constexpr std::chrono::milliseconds pause{20};
  const auto end = Clock::now() + patience;
  for (;;) {
    std::optional<std::invoke_result_t<Work&>> result = co_await call_blocking(loop, std::ref(work));
    if (result || Clock::now() >= end) co_return result;
    Timer timer(loop.executor(), pause);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(awaited, ignored));
  }
}

}  // namespace rucola::http
