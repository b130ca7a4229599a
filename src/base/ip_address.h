// An IP address, version 4 or 6, as a value: of clients, of proxies, of servers that we fetch from. Pure and
// thread-safe.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;

namespace rucola {

class IpAddress {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  /// Dotted quad or RFC 4291 text, without brackets, zone or port. Nothing for all else; in particular not
  /// for the octal, hexadecimal and shortened forms that inet_aton() takes.
  static std::optional<IpAddress> parse(std::string_view text);
  /// Nothing for families other than AF_INET and AF_INET6.
  static std::optional<IpAddress> from_socket_address(const sockaddr& address);
  static IpAddress v4(std::uint32_t host_order);
  static IpAddress v6(const Bytes& bytes);

  [[nodiscard]] bool is_v4() const { return is_v4_; }
  [[nodiscard]] unsigned bits() const { return is_v4_ ? 32 : 128; }
  /// Network order; the first four count for version 4.
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  /// ::ffff:a.b.c.d, which the kernel connects to as a.b.c.d, becomes just that; all others stay.
  [[nodiscard]] IpAddress unmapped() const;
  /// "192.0.2.1", "2001:db8::1"; no brackets, no port.
  [[nodiscard]] std::string text() const;
  /// What one client is thought to own: the address itself for version 4, its /64 for version 6.
  [[nodiscard]] IpAddress client_network() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  IpAddress(bool is_v4, const Bytes& bytes) : is_v4_(is_v4), bytes_(bytes) {}

  bool is_v4_;
  Bytes bytes_;
};

}  // namespace rucola
