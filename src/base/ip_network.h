// Networks in CIDR notation: "10.0.0.0/8", "fd00::/8", or a single address. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ip_address.h"

namespace rucola {

class IpNetwork {
 public:
  /// Bits behind the prefix must be zero: "10.1.2.3/8" is a mistake that would allow more than it says.
  /// ::ffff:10.0.0.0/104 is 10.0.0.0/8, as IpAddress::unmapped() has it. Errors: bad_request with what is
  /// wrong.
  static Result<IpNetwork> parse(std::string_view text);

  IpNetwork(const IpAddress& address, unsigned prefix_bits) : address_(address), prefix_bits_(prefix_bits) {}

  /// An address of the other version is never inside.
  [[nodiscard]] bool contains(const IpAddress& address) const;

 private:
  IpAddress address_;
  unsigned prefix_bits_;
};

/// A list of them, as settings have it.
class IpNetworks {
 public:
  IpNetworks() = default;
  /// Errors: bad_request, for the first that is none.
  static Result<IpNetworks> parse(const std::vector<std::string>& texts);

  [[nodiscard]] bool contains(const IpAddress& address) const;
  [[nodiscard]] bool empty() const { return networks_.empty(); }

 private:
  std::vector<IpNetwork> networks_;
};

}  // namespace rucola
