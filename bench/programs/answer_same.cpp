// bench_answer_same PORT FILE [not-modified]
//
// The limit of the workload `hit`: answers whatever arrives with one and the same answer out of memory,
// without looking at it: epoll, recv, send. A process for each processor, as nginx has; what is slower than
// this has a reason of its own, what is quicker sends in another way.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int backlog = 511;
constexpr int events_at_once = 128;
constexpr std::size_t head_bytes = 16384;

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(EXIT_FAILURE);
}

/// A head of about as many bytes as nginx and rucola send.
std::string answer_with(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nServer: same\r\nDate: Tue, 01 Dec 2026 16:00:00 GMT\r\nContent-Type: "
         "image/jpeg\r\n"
         "Last-Modified: Tue, 01 Dec 2026 15:00:00 GMT\r\nConnection: keep-alive\r\nETag: "
         "\"0123456789abcdef\"\r\n"
         "Accept-Ranges: bytes\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

constexpr std::string_view not_modified =
    "HTTP/1.1 304 Not Modified\r\nServer: same\r\nDate: Tue, 01 Dec 2026 16:00:00 GMT\r\n"
    "Last-Modified: Tue, 01 Dec 2026 15:00:00 GMT\r\nConnection: keep-alive\r\nETag: "
    "\"0123456789abcdef\"\r\n\r\n";

int listening(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) give_up("bind");
  if (::listen(listener, backlog) != 0) give_up("listen");
  return listener;
}

void watch(int poll, int socket, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = socket;
  if (::epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event) != 0) give_up("epoll_ctl");
}

/// All of it: where the socket is full, this waits for the client, which the other connections pay for.
void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return;
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void answer(int socket, std::string_view bytes) {
  std::array<char, head_bytes> head{};
  const ssize_t got = ::recv(socket, head.data(), head.size(), 0);
  if (got > 0) return send_all(socket, bytes);
  if (got == 0 || errno != EAGAIN) ::close(socket);
}

void serve(std::uint16_t port, std::string_view bytes) {
  const int listener = listening(port);
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  watch(poll, listener, EPOLLIN);
  std::array<epoll_event, events_at_once> events{};
  for (;;) {
    const int ready = ::epoll_wait(poll, events.data(), events_at_once, -1);
    for (int i = 0; i < ready; ++i) {
      const int socket = events.at(static_cast<std::size_t>(i)).data.fd;
      if (socket != listener) {
        answer(socket, bytes);
        continue;
      }
      const int client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (client < 0) continue;
      const int on = 1;
      ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(poll, client, EPOLLIN | EPOLLET);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: bench_answer_same PORT FILE [not-modified]\n";
    return EXIT_FAILURE;
  }
  std::ifstream file(argv[2], std::ios::binary);
  const std::string body{std::istreambuf_iterator<char>(file), {}};
  const std::string bytes = argc > 3 ? std::string(not_modified) : answer_with(body);
  const auto port = static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10));
  for (unsigned i = 0; i < std::thread::hardware_concurrency(); ++i) {
    if (::fork() != 0) continue;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    serve(port, bytes);
  }
  while (::wait(nullptr) > 0) {
  }
}
