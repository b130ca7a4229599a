// A real HTTP server on a loopback address, for tests of what connects to others: it answers as it is told,
// and can also hang, break off or never end.
//
// Threads: one for each connection; the handler is called from them. Ownership: the destructor ends all
// connections and joins.
#pragma once

#include <algorithm>
#include <atomic>
#include <cctype>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rucola::testing {

struct ReceivedRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

class LocalHttpServer {
 public:
  /// The client's side of one request, as the handler sees it.
  class Peer {
   public:
    Peer(LocalHttpServer& server, int fd) : server_(server), fd_(fd) {}

    void reply(int status, const std::string& body, const std::vector<std::string>& headers = {}) {
      std::string text = "HTTP/1.1 " + std::to_string(status) + " Status\r\n";
      for (const std::string& header : headers)
        text += header + "\r\n";
      text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
      write(text);
    }
    /// False once the client has gone.
    bool write(const std::string& text) {
      std::size_t sent = 0;
      while (sent < text.size()) {
        const ssize_t n = ::send(fd_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) return false;
        sent += static_cast<std::size_t>(n);
      }
      return true;
    }
    /// Says nothing until the client goes or the server ends.
    void hang() {
      char byte = 0;
      while (!server_.stopping_ && ::recv(fd_, &byte, 1, 0) > 0) {
      }
      broken_off_ = true;
    }
    /// The connection ends after the handler.
    void break_off() { broken_off_ = true; }
    [[nodiscard]] bool broken_off() const { return broken_off_; }
    [[nodiscard]] bool server_stops() const { return server_.stopping_; }

   private:
    LocalHttpServer& server_;
    int fd_;
    bool broken_off_ = false;
  };

  using Handler = std::function<void(const ReceivedRequest&, Peer&)>;

  explicit LocalHttpServer(Handler handler, const std::string& address = "127.0.0.1")
      : handler_(std::move(handler)),
        address_(address),
        listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    inet_pton(AF_INET, address.c_str(), &name.sin_addr);
    socklen_t length = sizeof name;
    auto* generic = reinterpret_cast<sockaddr*>(&name);
    if (listener_ < 0 || ::bind(listener_, generic, length) != 0 || ::listen(listener_, 128) != 0 ||
        ::getsockname(listener_, generic, &length) != 0) {
      throw std::runtime_error("the test's server can't listen on " + address);
    }
    port_ = ntohs(name.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  LocalHttpServer(const LocalHttpServer&) = delete;
  LocalHttpServer& operator=(const LocalHttpServer&) = delete;
  ~LocalHttpServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    end_connections();
    for (Connection& connection : connections_) {
      connection.thread.join();
      ::close(connection.fd);
    }
    ::close(listener_);
  }

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::string url(const std::string& target = "/") const {
    return "http://" + address_ + ":" + std::to_string(port_) + target;
  }
  [[nodiscard]] std::vector<ReceivedRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  [[nodiscard]] std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }
  /// Ends what is connected now; new connections are taken as before.
  void end_connections() {
    const std::lock_guard lock(mutex_);
    for (Connection& connection : connections_)
      ::shutdown(connection.fd, SHUT_RDWR);
  }
  /// Blocks until that many requests have arrived in all.
  void wait_for_requests(std::size_t count) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::seconds{60}, [&] { return requests_.size() >= count; })) {
      throw std::runtime_error("waited in vain for " + std::to_string(count) + " requests");
    }
  }

 private:
  struct Connection {
    int fd;
    std::thread thread;
  };

  void accept_all() {
    while (true) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const std::lock_guard lock(mutex_);
      Connection& connection = connections_.emplace_back();
      connection.fd = fd;
      connection.thread = std::thread([this, fd] { serve(fd); });
    }
  }

  void serve(int fd) {
    std::string buffer;
    while (const auto request = read_request(fd, buffer)) {
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(*request);
      }
      arrived_.notify_all();
      Peer peer(*this, fd);
      handler_(*request, peer);
      if (peer.broken_off()) break;
    }
    ::shutdown(fd, SHUT_RDWR);
  }

  static std::optional<ReceivedRequest> read_request(int fd, std::string& buffer) {
    const auto read_until = [&](auto enough) {
      while (!enough()) {
        char piece[4096];
        const ssize_t n = ::recv(fd, piece, sizeof piece, 0);
        if (n <= 0) return false;
        buffer.append(piece, static_cast<std::size_t>(n));
      }
      return true;
    };
    if (!read_until([&] { return buffer.contains("\r\n\r\n"); })) return std::nullopt;
    const std::size_t head_end = buffer.find("\r\n\r\n");
    ReceivedRequest request = parse_head(buffer.substr(0, head_end + 2));
    buffer.erase(0, head_end + 4);
    const auto length = request.headers.find("content-length");
    const std::size_t bytes = length == request.headers.end() ? 0 : std::stoul(length->second);
    if (!read_until([&] { return buffer.size() >= bytes; })) return std::nullopt;
    request.body = buffer.substr(0, bytes);
    buffer.erase(0, bytes);
    return request;
  }

  static ReceivedRequest parse_head(const std::string& head) {
    ReceivedRequest request;
    const std::size_t first_end = head.find("\r\n");
    const std::string first = head.substr(0, first_end);
    request.method = first.substr(0, first.find(' '));
    request.target = first.substr(first.find(' ') + 1);
    request.target.erase(request.target.find(' '));
    for (std::size_t at = first_end + 2; at < head.size();) {
      const std::size_t end = head.find("\r\n", at);
      const std::string line = head.substr(at, end - at);
      std::string name = line.substr(0, line.find(':'));
      std::ranges::transform(name, name.begin(),
                             [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      const std::size_t value = line.find_first_not_of(' ', line.find(':') + 1);
      request.headers[name] = value == std::string::npos ? "" : line.substr(value);
      at = end + 2;
    }
    return request;
  }

  const Handler handler_;
  const std::string address_;
  const int listener_;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<ReceivedRequest> requests_;  // guarded by mutex_
  std::list<Connection> connections_;      // guarded by mutex_
  std::thread acceptor_;
};

/// A port of 127.0.0.1 on which nothing listens: bound, so that nobody else gets it, but not listened on.
class DeadPort {
 public:
  DeadPort() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof name;
    auto* generic = reinterpret_cast<sockaddr*>(&name);
    if (::bind(fd_, generic, length) != 0 || ::getsockname(fd_, generic, &length) != 0) {
      throw std::runtime_error("no free port");
    }
    port_ = ntohs(name.sin_port);
  }
  DeadPort(const DeadPort&) = delete;
  DeadPort& operator=(const DeadPort&) = delete;
  ~DeadPort() { ::close(fd_); }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  int fd_;
  int port_ = 0;
};

}  // namespace rucola::testing
