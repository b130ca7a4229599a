#include "security/address_guard.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace rucola::security {
namespace {

constexpr std::uint32_t quad(unsigned a, unsigned b, unsigned c, unsigned d) {
  return a << 24 | b << 16 | c << 8 | d;
}

struct SpecialV4 {
  std::uint32_t network;
  unsigned prefix_bits;
  std::string_view why;
};

// IANA's IPv4 special-purpose registry, less the few entries that are globally reachable.
constexpr std::array special_v4{
    SpecialV4{quad(0, 0, 0, 0), 8, "this host"},
    SpecialV4{quad(10, 0, 0, 0), 8, "private"},
    SpecialV4{quad(100, 64, 0, 0), 10, "carrier-grade NAT"},
    SpecialV4{quad(127, 0, 0, 0), 8, "loopback"},
    SpecialV4{quad(169, 254, 0, 0), 16, "link-local"},
    SpecialV4{quad(172, 16, 0, 0), 12, "private"},
    SpecialV4{quad(192, 0, 0, 0), 24, "protocol assignment"},
    SpecialV4{quad(192, 0, 2, 0), 24, "documentation"},
    SpecialV4{quad(192, 88, 99, 0), 24, "6to4 relay"},
    SpecialV4{quad(192, 168, 0, 0), 16, "private"},
    SpecialV4{quad(198, 18, 0, 0), 15, "benchmark"},
    SpecialV4{quad(198, 51, 100, 0), 24, "documentation"},
    SpecialV4{quad(203, 0, 113, 0), 24, "documentation"},
    SpecialV4{quad(224, 0, 0, 0), 4, "multicast"},
    SpecialV4{quad(255, 255, 255, 255), 32, "broadcast"},
    SpecialV4{quad(240, 0, 0, 0), 4, "reserved"},
};

struct SpecialV6 {
  IpAddress::Bytes network;
  unsigned prefix_bits;
  std::string_view why;
};

constexpr SpecialV6 special(std::array<std::uint16_t, 8> groups, unsigned prefix_bits, std::string_view why) {
  IpAddress::Bytes bytes{};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    bytes.at(2 * i) = static_cast<std::uint8_t>(groups.at(i) >> 8);
    bytes.at(2 * i + 1) = static_cast<std::uint8_t>(groups.at(i) & 0xFF);
  }
  return {bytes, prefix_bits, why};
}

// Outside 2000::/3 everything is refused anyway; these entries only name what people meet there.
constexpr std::array special_v6{
    special({0, 0, 0, 0, 0, 0, 0, 0}, 128, "unspecified"),
    special({0, 0, 0, 0, 0, 0, 0, 1}, 128, "loopback"),
    special({0, 0, 0, 0, 0, 0, 0, 0}, 96, "IPv4-compatible"),
    special({0x64, 0xFF9B, 1, 0, 0, 0, 0, 0}, 48, "local NAT64"),
    special({0xFC00, 0, 0, 0, 0, 0, 0, 0}, 7, "unique-local"),
    special({0xFE80, 0, 0, 0, 0, 0, 0, 0}, 10, "link-local"),
    special({0xFEC0, 0, 0, 0, 0, 0, 0, 0}, 10, "site-local"),
    special({0xFF00, 0, 0, 0, 0, 0, 0, 0}, 8, "multicast"),
    special({0x2001, 0xDB8, 0, 0, 0, 0, 0, 0}, 32, "documentation"),
    special({0x3FFF, 0, 0, 0, 0, 0, 0, 0}, 20, "documentation"),
};

constexpr SpecialV6 global_unicast = special({0x2000, 0, 0, 0, 0, 0, 0, 0}, 3, "");
constexpr SpecialV6 nat64 = special({0x64, 0xFF9B, 0, 0, 0, 0, 0, 0}, 96, "");
constexpr SpecialV6 six_to_four = special({0x2002, 0, 0, 0, 0, 0, 0, 0}, 16, "");
constexpr SpecialV6 teredo = special({0x2001, 0, 0, 0, 0, 0, 0, 0}, 32, "");
// Benchmarking, ORCHID and other protocols' own addresses; Teredo lies inside.
constexpr SpecialV6 protocol_assignments = special({0x2001, 0, 0, 0, 0, 0, 0, 0}, 23, "protocol assignment");

bool inside(const SpecialV6& range, const IpAddress& address) {
  return IpNetwork(IpAddress::v6(range.network), range.prefix_bits).contains(address);
}

IpAddress embedded_v4(const IpAddress& address, std::size_t first_byte, std::uint8_t inverted_by = 0) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<std::uint32_t>(address.bytes().at(first_byte + i) ^ inverted_by);
  }
  return IpAddress::v4(value);
}

/// RFC 5214: the interface identifier is 0000:5efe or 0200:5efe and the IPv4 address, behind any prefix.
bool is_isatap(const IpAddress& address) {
  const auto& b = address.bytes();
  return (b[8] & 0xFD) == 0 && b[9] == 0 && b[10] == 0x5E && b[11] == 0xFE;
}

std::optional<std::string_view> why_v4_not_public(const IpAddress& address) {
  for (const SpecialV4& range : special_v4) {
    if (IpNetwork(IpAddress::v4(range.network), range.prefix_bits).contains(address)) return range.why;
  }
  return std::nullopt;
}

std::optional<std::string_view> why_v6_not_public(const IpAddress& address) {
  for (const SpecialV6& range : special_v6) {
    if (inside(range, address)) return range.why;
  }
  if (inside(nat64, address)) return why_v4_not_public(embedded_v4(address, 12));
  if (!inside(global_unicast, address)) return "unassigned";
  if (is_isatap(address)) {
    if (const auto why = why_v4_not_public(embedded_v4(address, 12))) return why;
  }
  if (inside(six_to_four, address)) return why_v4_not_public(embedded_v4(address, 2));
  if (inside(teredo, address)) {
    if (const auto why = why_v4_not_public(embedded_v4(address, 4))) return why;  // the Teredo server
    return why_v4_not_public(embedded_v4(address, 12, 0xFF));  // the client, stored with all bits inverted
  }
  if (inside(protocol_assignments, address)) return protocol_assignments.why;
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> why_not_public(const IpAddress& address) {
  const IpAddress target = address.unmapped();
  return target.is_v4() ? why_v4_not_public(target) : why_v6_not_public(target);
}

Result<AddressGuard> AddressGuard::make(const std::vector<std::string>& allowed) {
  auto networks = IpNetworks::parse(allowed);
  if (!networks) return std::unexpected(std::move(networks.error()));
  return AddressGuard(std::move(*networks));
}

std::optional<std::string_view> AddressGuard::refusal(const IpAddress& address) const {
  const IpAddress target = address.unmapped();
  if (allowed_.contains(target)) return std::nullopt;
  return why_not_public(target);
}

}  // namespace rucola::security
