// One event loop: a thread, a listener of its own (SO_REUSEPORT), and the connections that arrived on it.
//
// Time limits: each connection has one deadline. A timer per connection would cost two heap operations a
// request; instead the loop looks over all its connections every tick, and a deadline is kept to within a
// tick. So is noticed that a client leaves while its answer is being made: only who waits for longer than a
// tick is looked after at all.
//
// Threads: run() is the loop's thread; open(), drain(), stop() and post() may be called from any thread;
// everything else only on the loop. Ownership: held by shared_ptr by the server and by every call that is on
// its way on another thread, so that late answers always find the loop alive. A connection owns itself and
// lives in the loop's coroutines.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include <sys/socket.h>

#include "base/error.h"
#include "base/request_id.h"
#include "http/asio_types.h"
#include "http/shared_state.h"
#include "http/telemetry.h"

namespace rucola::http {

class Loop : public std::enable_shared_from_this<Loop> {
 public:
  static constexpr std::chrono::milliseconds tick{100};
  /// Once the server drains, how long a head may still take of which something has arrived: the rest of it is
  /// on its way, or never comes. It is no work in progress.
  [[nodiscard]] Clock::duration patience_for_heads() const;

  /// Something with a deadline, and somebody at its other end: a wire.
  class Watched {
   public:
    Watched() = default;
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;
    virtual ~Watched() = default;
    virtual void expire() = 0;  ///< the deadline is over
    virtual void hurry() = 0;   ///< the server drains
    virtual void look() = 0;    ///< every tick, while wants_looks_

   protected:
    Clock::time_point deadline_ = Clock::time_point::max();
    bool wants_looks_ = false;

   private:
    friend class Loop;
    std::list<Watched*>::iterator place_;
  };

  /// `on_quiet` is called on the loop when it drains and its last connection is gone.
  Loop(std::shared_ptr<SharedState> shared, std::size_t index, std::function<void()> on_quiet);

  /// Errors: bad_request with the address and what the system says.
  Result<std::uint16_t> open(const sockaddr* address, socklen_t length);
  void run();
  /// Takes no more connections, closes the idle ones; on_quiet follows.
  void drain();
  void stop() { io_.stop(); }

  [[nodiscard]] LoopExecutor executor() { return io_.get_executor(); }
  [[nodiscard]] SharedState& shared() { return *shared_; }
  [[nodiscard]] bool draining() const { return draining_; }
  [[nodiscard]] Telemetry& telemetry() { return telemetry_; }
  [[nodiscard]] RequestIds& request_ids() { return request_ids_; }
  /// The Date header's value, made once a second.
  [[nodiscard]] std::string_view date();
  /// A buffer for the head of one answer; valid until the next coroutine of this loop runs.
  [[nodiscard]] std::string& scratch() { return scratch_; }

  /// Runs the task on this loop; what it throws is logged, and the loop goes on.
  void spawn(Task<void> task, const char* what);

  void watch(Watched& watched);
  void forget(Watched& watched);
  /// A slot among those refused clients that are waited for until they have read why.
  [[nodiscard]] bool may_linger() const { return lingering_ < lingering_limit; }

 private:
  static constexpr std::size_t lingering_limit = 128;

  Task<void> accept_all();
  Task<void> accept_one();
  Task<void> pause(Clock::duration duration);
  Task<void> tick_all();
  void tick_once();
  void take(Socket socket);
  Task<void> turn_away(Socket socket, Admission::Verdict why);
  void accept_backlog();
  void close_idle();
  void check_quiet();

  const std::shared_ptr<SharedState> shared_;
  const std::size_t index_;
  const std::function<void()> on_quiet_;
  Telemetry telemetry_;
  RequestIds request_ids_;
  bool draining_ = false;
  bool quiet_ = false;
  std::size_t lingering_ = 0;
  std::list<Watched*> watched_;
  std::time_t date_second_ = -1;
  std::string date_;
  std::string scratch_;
  // Last, and so destroyed first: its coroutines use everything above.
  asio::io_context io_;
  Acceptor acceptor_;
};

}  // namespace rucola::http
