// Runs a call that blocks on the executor for what it waits for, and resumes the coroutine on its loop.
//
// Cancellation: none; the coroutine waits until the call is over, also where the client is gone, and so
// references into the coroutine are good for the call. Errors: those of the executor, where the call was not
// begun; what the call throws is thrown to the caller.
#pragma once

#include <exception>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "base/executor.h"
#include "http/asio_types.h"
#include "http/loop.h"

namespace rucola::http {

/// Where a call waits, and whose share it takes.
struct Place {
  BlockingExecutor& executor;
  std::string owner;
};

/// A coroutine that waits for a call elsewhere, and its loop, which must not end before the call does. The
/// handler is moved to the loop when it is done: what waits in a loop's queue must not hold that loop.
template <class Handler>
class Resumption {
 public:
  Resumption(std::shared_ptr<Loop> loop, Handler handler)
      : loop_(std::move(loop)), handler_(std::move(handler)) {}

  void operator()(std::optional<Error> refusal) {
    if (std::exchange(resumed_, true)) return;
    asio::post(loop_->executor(), [handler = std::move(handler_), refusal = std::move(refusal)]() mutable {
      std::move(handler)(std::move(refusal));
    });
  }

 private:
  const std::shared_ptr<Loop> loop_;
  Handler handler_;  // after the loop, and so destroyed before it
  bool resumed_ = false;
};

/// Suspends until `work` was run elsewhere; an error: it was not even begun. `work` must not throw.
inline Task<std::optional<Error>> run_elsewhere(Loop& loop, const Place& place, std::function<void()> work) {
  return asio::async_initiate<const asio::use_awaitable_t<LoopExecutor>, void(std::optional<Error>)>(
      [&loop, &place](auto handler, std::function<void()> task) {
        auto resume =
            std::make_shared<Resumption<decltype(handler)>>(loop.shared_from_this(), std::move(handler));
        place.executor.submit({.run =
                                   [resume, task = std::move(task)] {
                                     task();
                                     (*resume)({});
                                   },
                               .refuse = [resume](const Error& error) { (*resume)(error); },
                               .owner = place.owner});
      },
      awaited, std::move(work));
}

/// What `work` returns, or why it was not begun.
template <class Work>
Task<std::expected<std::invoke_result_t<Work&>, Error>> try_blocking(Loop& loop, const Place& place,
                                                                     Work work) {
  std::optional<std::invoke_result_t<Work&>> result;
  std::exception_ptr thrown;
  std::optional<Error> refusal = co_await run_elsewhere(loop, place, [&result, &thrown, &work] {
    try {
      result.emplace(work());
    } catch (...) {
      thrown = std::current_exception();
    }
  });
  if (refusal) co_return std::unexpected(std::move(*refusal));
  if (thrown) std::rethrow_exception(thrown);
  co_return std::move(*result);
}

/// The Result that `work` returns; where it was not begun, the error that says why. `place` must stay until
/// then.
template <class Work>
Task<std::invoke_result_t<Work&>> call_blocking(Loop& loop, const Place& place, Work work) {
  auto result = co_await try_blocking(loop, place, std::ref(work));
  if (!result) co_return std::unexpected(std::move(result.error()));
  co_return std::move(*result);
}

/// Asks again where there was no place, for steps of a work that has begun and is slowed down rather than
/// broken off.
template <class Work>
Task<std::invoke_result_t<Work&>> call_blocking_patiently(Loop& loop, const Place& place, Work work,
                                                          std::chrono::seconds patience) {
  constexpr std::chrono::milliseconds pause{20};
  const auto end = Clock::now() + patience;
  for (;;) {
    auto result = co_await try_blocking(loop, place, std::ref(work));
    if (result) co_return std::move(*result);
    if (Clock::now() >= end || loop.draining()) co_return std::unexpected(std::move(result.error()));
    Timer timer(loop.executor(), pause);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(awaited, ignored));
  }
}

}  // namespace rucola::http
