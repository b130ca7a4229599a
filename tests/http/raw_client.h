// A client that sends exactly the bytes it is told to, and reads answers one by one.
//
// Every wait ends after a generous limit, so that a server that says nothing fails a test instead of hanging
// it.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/unique_fd.h"

namespace rucola::http {

struct RawAnswer {
  int status = 0;  ///< 0: the connection ended before an answer
  std::string head;
  std::string body;

  /// The value of a field, written as the server writes it; empty where there is none.
  [[nodiscard]] std::string field(const std::string& name) const {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("can't connect");
    }
  }

  /// False where the server has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// The next answer. `head_only`: it answers HEAD.
  RawAnswer read_answer(bool head_only = false) {
    RawAnswer answer;
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return answer;
    }
    answer.head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    answer.status = std::stoi(answer.head.substr(9, 3));
    const std::string length = answer.field("Content-Length");
    const std::size_t wanted = head_only || length.empty() ? 0 : std::stoul(length);
    while (received_.size() < wanted) {
      if (!receive()) break;
    }
    answer.body = received_.substr(0, wanted);
    received_.erase(0, answer.body.size());
    return answer;
  }

  RawAnswer ask(std::string_view bytes, bool head_only = false) {
    send(bytes);
    return read_answer(head_only);
  }

  /// All that comes until the connection ends.
  struct Rest {
    std::string bytes;
    bool reset = false;  ///< it did not end as connections should
  };
  Rest read_to_the_end() {
    while (receive()) {
    }
    return {std::exchange(received_, {}), reset_};
  }

  /// Takes little and late, `bytes` and `pause` apart, until the connection ends: how many came.
  std::size_t sip_to_the_end(std::size_t bytes, std::chrono::milliseconds pause) {
    std::string sip(bytes, '\0');
    std::size_t taken = received_.size();
    for (;;) {
      const ssize_t got = ::recv(fd_.get(), sip.data(), sip.size(), 0);
      if (got < 0) reset_ = true;
      if (got <= 0) return taken;
      taken += static_cast<std::size_t>(got);
      std::this_thread::sleep_for(pause);
    }
  }
  [[nodiscard]] bool was_reset() const { return reset_; }

  /// Waits until the server closes; false where it sends something first.
  bool ends() { return received_.empty() && !receive() && received_.empty(); }

  /// Whether something has arrived that was not read; waits no longer than it is told to.
  [[nodiscard]] bool has_answer(int wait_ms = 0) const {
    pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    return !received_.empty() || ::poll(&waiting, 1, wait_ms) > 0;
  }

  void close() { fd_.reset(); }
  void end_sending() { ::shutdown(fd_.get(), SHUT_WR); }

 private:
  static constexpr int patience_ms = 30'000;

  bool receive() {
    pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, patience_ms) == 0) throw std::runtime_error("the server says nothing");
    std::array<char, 65536> bytes{};
    const ssize_t got = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
    if (got < 0) reset_ = true;
    if (got <= 0) return false;
    received_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }

  UniqueFd fd_;
  std::string received_;
  bool reset_ = false;
};

}  // namespace rucola::http
