// Which addresses the server may connect to on somebody else's behalf. It guards against requests forged
// through us (SSRF): a URL, a DNS name or a redirect that leads into the operator's own network.
//
// Threads: pure functions and an immutable value, safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ip_address.h"
#include "base/ip_network.h"

namespace rucola::security {

/// Why an address is not part of the public internet ("loopback", "private", …); nothing where it is.
/// IPv6 is public only inside the ranges that are assigned to be, so that what nobody has thought of is
/// refused. IPv4 addresses that travel inside IPv6 (mapped, 6to4, NAT64, Teredo, ISATAP) are decoded and
/// judged as themselves.
std::optional<std::string_view> why_not_public(const IpAddress& address);

class AddressGuard {
 public:
  /// `allowed` are networks in CIDR notation, on top of the public internet. They are compared with the
  /// address connected to: allowing 10.0.0.0/8 allows ::ffff:10.0.0.1, which is the same host, but not
  /// 2002:a00:1::. Errors: bad_request.
  static Result<AddressGuard> make(const std::vector<std::string>& allowed);

  /// Why the address is refused; nothing where it may be connected to.
  [[nodiscard]] std::optional<std::string_view> refusal(const IpAddress& address) const;

 private:
  explicit AddressGuard(IpNetworks allowed) : allowed_(std::move(allowed)) {}

  IpNetworks allowed_;
};

}  // namespace rucola::security
