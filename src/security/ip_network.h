// A network in CIDR notation: "10.0.0.0/8", "fd00::/8", or a single address. Pure and thread-safe.
#pragma once

#include <string_view>

#include "base/error.h"
#include "security/ip_address.h"

namespace rucola::security {

class IpNetwork {
 public:
  /// Bits behind the prefix must be zero: "10.1.2.3/8" is a mistake that would allow more than it says.
  /// Errors: bad_request with what is wrong.
  static Result<IpNetwork> parse(std::string_view text);

  IpNetwork(const IpAddress& address, unsigned prefix_bits) : address_(address), prefix_bits_(prefix_bits) {}

  /// An address of the other version is never inside.
  [[nodiscard]] bool contains(const IpAddress& address) const;

 private:
  IpAddress address_;
  unsigned prefix_bits_;
};

}  // namespace rucola::security
