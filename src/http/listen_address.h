// Turns "127.0.0.1:8080" into what bind() takes, and finds out early whether the address can be used.
//
// Threads: blocks on the resolver for names; called at start-up. Errors: bad_request with what is allowed.
#pragma once

#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/error.h"

namespace rucola::http {

struct ListenAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] std::uint16_t port() const;
  void set_port(std::uint16_t port);
};

/// "host:port" or "[ipv6]:port"; a name such as localhost is resolved. `setting`: where it stands, for the
/// message.
Result<ListenAddress> parse_listen_address(std::string_view setting, const std::string& text);

/// Would the second of two listeners find its port taken by the first? Port 0 takes a free one each time.
bool overlap(const ListenAddress& a, const ListenAddress& b);

/// `error` is what the system says (errno).
Error can_not_listen(const std::string& text, int error);

/// Fails where something listens there. The listeners themselves could not tell: SO_REUSEPORT lets two
/// servers of one user share a port silently.
Result<void> check_unused(const ListenAddress& address, const std::string& text);

}  // namespace rucola::http
