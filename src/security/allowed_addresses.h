// Where a key or a token may be used from: a short list of addresses and IPv4 networks, as people write it.
// The bounds are the reference's (rokka's authentication guide): at most ten entries, and 10,000 addresses in
// all. As there, "212.40.50.1/24" is the network that the address is in.
//
// Pure and thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ip_address.h"
#include "base/ip_network.h"

namespace rucola::security {

inline constexpr std::size_t most_allowed_entries = 10;
inline constexpr std::int64_t most_allowed_addresses = 10'000;

class AllowedAddresses {
 public:
  /// Errors: bad_request, with the entry or the bound.
  static Result<AllowedAddresses> parse(const std::vector<std::string>& entries);

  /// No entries allow every address; with entries, one that isn't known is not allowed.
  [[nodiscard]] bool allow(const std::optional<IpAddress>& client) const;

  /// Is every address that `narrower` allows allowed here too?
  [[nodiscard]] bool cover(const AllowedAddresses& narrower) const;

 private:
  struct Entry {
    IpAddress first;
    unsigned prefix_bits;
    [[nodiscard]] bool contains(const IpAddress& address) const;
  };

  static Result<Entry> parse_entry(const std::string& text);

  std::vector<Entry> entries_;
};

}  // namespace rucola::security
