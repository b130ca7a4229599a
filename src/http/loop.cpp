#include "http/loop.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <pthread.h>

#include "base/log.h"
#include "base/time.h"
#include "http/connection.h"
#include "http/response_head.h"
#include "http/wire.h"

namespace rucola::http {
namespace {

using boost::system::error_code;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr int backlog = 4096;
constexpr std::chrono::milliseconds accept_pause{50};  // after the system ran out of descriptors

class Lingering {
 public:
  explicit Lingering(std::size_t& count) : count_(count) { ++count_; }
  Lingering(const Lingering&) = delete;
  Lingering& operator=(const Lingering&) = delete;
  ~Lingering() { --count_; }

 private:
  std::size_t& count_;
};

}  // namespace

Loop::Loop(std::shared_ptr<SharedState> shared, std::size_t index, std::function<void()> on_quiet)
    : shared_(std::move(shared)),
      index_(index),
      on_quiet_(std::move(on_quiet)),
      telemetry_(shared_->access_log),
      io_(1),
      acceptor_(io_) {}

Result<std::uint16_t> Loop::open(const sockaddr* address, socklen_t length) {
  asio::ip::tcp::endpoint endpoint;
  endpoint.resize(length);
  std::memcpy(endpoint.data(), address, length);
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.set_option(ReusePort(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(backlog, error);
  if (error) return fail(ErrorCode::bad_request, "Can't listen there: " + error.message() + ".");
  return acceptor_.local_endpoint().port();
}

void Loop::run() {
  pthread_setname_np(pthread_self(), ("http-" + std::to_string(index_)).c_str());
  spawn(accept_all(), "accept");
  spawn(tick_all(), "tick");
  for (;;) {
    try {
      io_.run();
      return;
    } catch (const std::exception& error) {
      log::error("loop_task_failed", {{"task", "handler"}, {"what", error.what()}});
    }
  }
}

std::string_view Loop::date() {
  const std::time_t second = std::time(nullptr);
  if (second != date_second_) {
    date_second_ = second;
    date_ = format_http_date(Time{std::chrono::seconds{second}});
  }
  return date_;
}

void Loop::watch(Watched& watched) {
  watched.place_ = watched_.insert(watched_.end(), &watched);
}

void Loop::forget(Watched& watched) {
  watched_.erase(watched.place_);
  if (draining_) check_quiet();
}

/// Whatever is thrown, the next client is waiting.
Task<void> Loop::accept_all() {
  while (!draining_) {
    std::string thrown;
    try {
      co_await accept_one();
    } catch (const std::exception& error) {
      thrown = error.what();
    }
    if (thrown.empty()) continue;
    log::error("client_not_taken", {{"what", thrown}});
    co_await pause(accept_pause);
  }
}

Task<void> Loop::accept_one() {
  error_code error;
  Socket socket = co_await acceptor_.async_accept(asio::redirect_error(awaited, error));
  if (!error) {
    take(std::move(socket));
    co_return;
  }
  if (draining_) co_return;
  shared_->accept_failures.Increment();
  if (error == asio::error::no_descriptors || error == asio::error::no_memory) co_await pause(accept_pause);
}

Task<void> Loop::pause(Clock::duration duration) {
  Timer timer(io_, duration);
  error_code ignored;
  co_await timer.async_wait(asio::redirect_error(awaited, ignored));
}

void Loop::spawn(Task<void> task, const char* what) {
  asio::co_spawn(io_, std::move(task), [what](const std::exception_ptr& thrown) {
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      log::error("loop_task_failed", {{"task", what}, {"what", error.what()}});
    } catch (...) {
      log::error("loop_task_failed", {{"task", what}, {"what", "not a std::exception"}});
    }
  });
}

void Loop::take(Socket socket) {
  error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return;  // gone already
  // An IPv4 client of an IPv6 listener is the same as one of an IPv4 listener.
  const IpAddress peer = IpAddress::from_socket_address(*endpoint.data())->unmapped();
  const bool exempt = shared_->trusted_proxies.contains(peer);
  const auto verdict = shared_->admission.admit(peer, exempt);
  if (verdict == Admission::Verdict::admitted) {
    start_connection(*this, std::move(socket), peer, exempt);
    return;
  }
  (verdict == Admission::Verdict::full ? shared_->refused_in_all : shared_->refused_per_address).Increment();
  if (may_linger()) spawn(turn_away(std::move(socket), verdict), "turn away");
}

/// Answers without having read a request: whoever is over a limit is to learn which.
Task<void> Loop::turn_away(Socket socket, Admission::Verdict why) {
  const Lingering slot(lingering_);
  const bool full = why == Admission::Verdict::full;
  const Error error{
      .code = full ? ErrorCode::overloaded : ErrorCode::too_many_requests,
      .message = {full ? "The server has as many open connections as it takes; try again in a moment."
                       : "Your address has as many open connections as it may have; close some of them."},
      .retry_after = std::chrono::seconds{1}};
  const message::Response response = message::error_response(error);
  std::string bytes;
  const std::string id = request_ids_.next();
  append_response_head(bytes, response, {Selection::Kind::whole, 0, response.body_bytes()},
                       {.date = date(), .request_id = id, .connection = ConnectionField::close});
  bytes += std::get<std::string>(response.body);
  {
    Wire wire(*this, std::move(socket));
    const bool sent = co_await wire.write(bytes, {});
    if (sent) co_await wire.linger();
  }
}

Task<void> Loop::tick_all() {
  Timer timer(io_);
  for (;;) {
    timer.expires_after(tick);
    error_code ignored;
    co_await timer.async_wait(asio::redirect_error(awaited, ignored));
    try {
      tick_once();
    } catch (const std::exception& thrown) {
      log::error("tick_failed", {{"what", thrown.what()}});
    }
  }
}

void Loop::tick_once() {
  const auto now = Clock::now();
  for (Watched* watched : watched_) {
    if (watched->deadline_ <= now) watched->expire();
    if (watched->wants_looks_) watched->look();
  }
  telemetry_.flush();
}

/// Nothing in the loop's own queue may hold the loop: where it is stopped, it would keep itself for ever.
void Loop::drain() {
  asio::post(io_, [this] {
    accept_backlog();
    draining_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    // Connections that were just taken begin to read first: what they sent already is still answered.
    asio::post(io_, [this] { asio::post(io_, [this] { close_idle(); }); });
  });
}

/// Clients in the listener's queue believe that they are connected; closing it would reset them.
void Loop::accept_backlog() {
  error_code error;
  acceptor_.non_blocking(true, error);
  while (!error) {
    Socket socket(io_);
    acceptor_.accept(socket, error);
    if (!error) take(std::move(socket));
  }
}

Clock::duration Loop::patience_for_heads() const {
  return std::min<Clock::duration>(std::chrono::seconds{1}, Clock::duration(shared_->settings.drain) / 4);
}

void Loop::close_idle() {
  for (Watched* watched : watched_)
    watched->hurry();
  check_quiet();
}

void Loop::check_quiet() {
  if (quiet_ || !watched_.empty()) return;
  quiet_ = true;
  telemetry_.flush();
  on_quiet_();
}

}  // namespace rucola::http
