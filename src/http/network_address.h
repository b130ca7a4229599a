// Network addresses and networks, for connection limits per address and for trusted proxies.
//
// Thread-safe: values; a Networks is immutable once parsed.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace rucola::http {

/// An IPv4 or IPv6 address in 16 bytes; IPv4 is kept as ::ffff:a.b.c.d, and so an IPv4 client of an IPv6
/// listener is the same as one of an IPv4 listener.
struct NetworkAddress {
  std::array<std::uint8_t, 16> bytes{};

  /// "192.0.2.1", "2001:db8::1"; no brackets, no port.
  static std::optional<NetworkAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const;
  [[nodiscard]] std::string text() const;
  /// What one client is thought to own: the address itself for IPv4, its /64 for IPv6.
  [[nodiscard]] NetworkAddress client_network() const;

  auto operator<=>(const NetworkAddress&) const = default;
};

class Networks {
 public:
  Networks() = default;
  /// Entries such as "10.0.0.0/8", "::1" or "2001:db8::/32". Errors: bad_request, names the entry.
  static Result<Networks> parse(const std::vector<std::string>& entries);

  [[nodiscard]] bool contain(const NetworkAddress& address) const;
  [[nodiscard]] bool empty() const { return networks_.empty(); }

 private:
  struct Network {
    NetworkAddress address;
    int prefix_bits;  ///< of the 128
  };
  std::vector<Network> networks_;
};

}  // namespace rucola::http
