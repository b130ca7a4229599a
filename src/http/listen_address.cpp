#include "http/listen_address.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <netdb.h>
#include <unistd.h>

#include "base/c_handle.h"
#include "base/ip_address.h"
#include "base/ip_network.h"
#include "base/unique_fd.h"

namespace rucola::http {
namespace {

std::unexpected<Error> unusable(std::string_view setting, const std::string& text, const std::string& why) {
  return fail(ErrorCode::bad_request,
              std::string(setting) + " can't be \"" + text + "\": " + why +
                  " Write it as 127.0.0.1:8080, 0.0.0.0:80, [::]:8080 or localhost:8080.");
}

}  // namespace

std::uint16_t ListenAddress::port() const {
  return ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port
                                             : reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
}

void ListenAddress::set_port(std::uint16_t port) {
  if (storage.ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in*>(&storage)->sin_port = htons(port);
  }
}

Result<ListenAddress> parse_listen_address(std::string_view setting, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return unusable(setting, text, "it is not host:port.");
  std::string host = text.substr(0, colon);
  std::uint16_t port = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data() + colon + 1, last, port);
  if (error != std::errc{} || end != last)
    return unusable(setting, text, "the port is no number from 0 to 65535.");
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.contains(':')) {
    return unusable(setting, text, "an IPv6 address needs brackets.");
  }
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); failed != 0) {
    return unusable(setting, text, std::string(::gai_strerror(failed)) + ".");
  }
  const CHandle<addrinfo, ::freeaddrinfo> owner(found);
  ListenAddress address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.length = found->ai_addrlen;
  address.set_port(port);
  return address;
}

bool overlap(const ListenAddress& a, const ListenAddress& b) {
  if (a.port() == 0 || a.port() != b.port()) return false;
  const auto ip_of = [](const ListenAddress& address) {
    return IpAddress::from_socket_address(*address.get());
  };
  const auto one = ip_of(a);
  const auto other = ip_of(b);
  if (!one || !other) return false;
  static const IpNetworks everywhere = IpNetworks::parse({"0.0.0.0/32", "::/128"}).value();
  return *one == *other || everywhere.contains(*one) || everywhere.contains(*other);
}

Error can_not_listen(const std::string& text, int error) {
  const char* hint = error == EADDRINUSE
                         ? " Another program listens there, or this one does already; stop it, or "
                           "choose another port."
                         : " Choose another address or port.";
  return {ErrorCode::bad_request, {"Can't listen on " + text + ": " + std::strerror(error) + "." + hint}};
}

Result<void> check_unused(const ListenAddress& address, const std::string& text) {
  const UniqueFd probe(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  const bool bound = probe && ::setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                     ::bind(probe.get(), address.get(), address.length) == 0;
  if (bound) return {};
  return std::unexpected(can_not_listen(text, errno));
}

}  // namespace rucola::http
