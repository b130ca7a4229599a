#include "http/wire.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace rucola::http {
namespace {

constexpr std::chrono::seconds linger_silence{2};
constexpr std::chrono::seconds linger_longest{10};
constexpr std::size_t linger_buffer = 16384;

/// No descriptor pays where a copy is that short.
constexpr std::size_t from_file_from = std::size_t{64} << 10;

bool goes_from_file(const BodyBytes& body) {
  return body.file >= 0 && body.bytes.size() >= from_file_from;
}

}  // namespace

Wire::Wire(Loop& loop, Socket socket) : loop_(loop), socket_(std::move(socket)) {
  loop_.watch(*this);
  boost::system::error_code ignored;  // a connection without these options still works
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.native_non_blocking(true, ignored);
}

Wire::~Wire() {
  loop_.forget(*this);
}

void Wire::clear_deadline() {
  deadline_ = Clock::time_point::max();
  expired_ = false;
}

void Wire::consume(std::size_t bytes) {
  begin_ += bytes;
  if (begin_ < end_) return;
  begin_ = 0;
  end_ = 0;
  if (buffer_.size() > 2 * idle_buffer) buffer_ = std::string();
}

void Wire::make_room(std::size_t capacity) {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ < buffer_.size()) return;
  const std::size_t larger = std::max(idle_buffer, buffer_.size() * 4);
  buffer_.resize(std::min(larger, capacity));
}

Task<Read> Wire::read(std::size_t capacity) {
  if (expired_) co_return Read::timed_out;
  make_room(capacity);
  boost::system::error_code error;
  const std::size_t got = co_await socket_.async_read_some(
      asio::buffer(buffer_.data() + end_, buffer_.size() - end_), asio::redirect_error(awaited, error));
  if (error) co_return expired_ ? Read::timed_out : Read::end;
  end_ += got;
  co_return Read::data;
}

/// One call to the system: of what is in memory, as much as it takes. A head before what comes from a file
/// waits for it, lest it leaves in a packet of its own.
ssize_t Wire::gather(std::string_view head, const BodyBytes& body) {
  const bool alone = goes_from_file(body);
  std::array<iovec, 2> pieces{};
  std::size_t count = 0;
  for (const std::string_view piece : {head, alone ? std::string_view() : body.bytes}) {
    if (!piece.empty()) pieces[count++] = {const_cast<char*>(piece.data()), piece.size()};
  }
  msghdr what{};
  what.msg_iov = pieces.data();
  what.msg_iovlen = count;
  const int flags = MSG_NOSIGNAL | MSG_DONTWAIT | (alone ? MSG_MORE : 0);
  return ::sendmsg(socket_.native_handle(), &what, flags);
}

bool Wire::write_now(std::string_view& head, BodyBytes& body) {
  while (!head.empty() || !body.empty()) {
    ssize_t sent = 0;
    if (head.empty() && goes_from_file(body)) {
      off_t from = body.offset;
      sent = ::sendfile(socket_.native_handle(), body.file, &from, body.bytes.size());
    } else {
      sent = gather(head, body);
    }
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    if (sent == 0) return false;  // a file that is shorter than its bytes
    written_bytes_ += sent;
    const std::size_t of_head = std::min(head.size(), static_cast<std::size_t>(sent));
    head.remove_prefix(of_head);
    body.remove_prefix(static_cast<std::size_t>(sent) - of_head);
  }
  return true;
}

Task<bool> Wire::write(std::string_view head, BodyBytes body, Clock::time_point end) {
  clear_deadline();
  for (;;) {
    const std::size_t before = head.size() + body.bytes.size();
    if (!write_now(head, body)) co_return false;
    const std::size_t left = head.size() + body.bytes.size();
    if (left == 0) break;
    if (left < before || deadline_ == Clock::time_point::max())
      deadline_ = std::min<Clock::time_point>(Clock::now() + loop_.shared().settings.write_timeout, end);
    boost::system::error_code error;
    co_await socket_.async_wait(Socket::wait_write, asio::redirect_error(awaited, error));
    if (error || expired_) co_return false;
  }
  clear_deadline();
  co_return true;
}

void Wire::reset_when_closed(bool reset) {
  // Not by Asio, which takes back what it set of this kind when the socket is destroyed.
  const struct ::linger at_once{.l_onoff = reset ? 1 : 0, .l_linger = 0};
  ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

Task<void> Wire::linger() {
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  const auto end = Clock::now() + linger_longest;
  Read read_result = Read::data;
  while (read_result == Read::data && Clock::now() < end) {
    consume(received().size());
    clear_deadline();
    set_deadline(linger_silence);
    read_result = co_await read(linger_buffer);
  }
}

void Wire::expire() {
  expired_ = true;
  deadline_ = Clock::time_point::max();
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Wire::hurry() {
  if (waits_for_ == WaitsFor::body) return;
  if (waits_for_ == WaitsFor::head || begin_ < end_) {
    deadline_ = std::min(deadline_, Clock::now() + loop_.patience_for_heads());
    return;
  }
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Wire::watch_client(std::function<void()> left) {
  client_left_ = std::move(left);
  wants_looks_ = true;
}

void Wire::forget_client() {
  wants_looks_ = false;
  client_left_ = nullptr;
}

/// Asks the system and reads nothing: what a client sent ahead is its next request.
void Wire::look() {
  pollfd asked{socket_.native_handle(), POLLRDHUP, 0};
  if (::poll(&asked, 1, 0) <= 0) return;
  wants_looks_ = false;
  std::exchange(client_left_, nullptr)();
}

}  // namespace rucola::http
