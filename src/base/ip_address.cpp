#include "base/ip_address.h"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace rucola {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  if (terminated.size() != std::strlen(terminated.c_str())) return std::nullopt;
  Bytes bytes{};
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) return IpAddress(true, bytes);
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return IpAddress(false, bytes);
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::from_socket_address(const sockaddr& address) {
  Bytes bytes{};
  if (address.sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    std::memcpy(bytes.data(), &in.sin_addr, sizeof in.sin_addr);
    return IpAddress(true, bytes);
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    std::memcpy(bytes.data(), &in.sin6_addr, sizeof in.sin6_addr);
    return IpAddress(false, bytes);
  }
  return std::nullopt;
}

IpAddress IpAddress::v4(std::uint32_t host_order) {
  Bytes bytes{};
  for (unsigned i = 0; i < 4; ++i)
    bytes.at(i) = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  return {true, bytes};
}

IpAddress IpAddress::v6(const Bytes& bytes) {
  return {false, bytes};
}

IpAddress IpAddress::unmapped() const {
  static constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (is_v4_ || !std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes_.begin())) return *this;
  Bytes bytes{};
  std::copy(bytes_.begin() + 12, bytes_.end(), bytes.begin());
  return {true, bytes};
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  const char* written = inet_ntop(is_v4_ ? AF_INET : AF_INET6, bytes_.data(), buffer.data(), buffer.size());
  return written == nullptr ? std::string() : std::string(written);
}

IpAddress IpAddress::client_network() const {
  IpAddress network = *this;
  if (!is_v4_) std::fill(network.bytes_.begin() + 8, network.bytes_.end(), std::uint8_t{0});
  return network;
}

}  // namespace rucola
