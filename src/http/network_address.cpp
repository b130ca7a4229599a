#include "http/network_address.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace rucola::http {
namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool equal_bits(const NetworkAddress& a, const NetworkAddress& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(a.bytes.begin(), a.bytes.begin() + static_cast<std::ptrdiff_t>(whole), b.bytes.begin()))
    return false;
  const int rest = bits % 8;
  return rest == 0 || (a.bytes[whole] >> (8 - rest)) == (b.bytes[whole] >> (8 - rest));
}

}  // namespace

std::optional<NetworkAddress> NetworkAddress::parse(std::string_view text) {
  const std::string terminated(text);
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  NetworkAddress address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  std::ranges::copy(v4_prefix, address.bytes.begin());
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + v4_prefix.size()) == 1) return address;
  return std::nullopt;
}

bool NetworkAddress::is_v4() const {
  return std::equal(v4_prefix.begin(), v4_prefix.end(), bytes.begin());
}

std::string NetworkAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  const char* written =
      is_v4() ? inet_ntop(AF_INET, bytes.data() + v4_prefix.size(), buffer.data(), buffer.size())
              : inet_ntop(AF_INET6, bytes.data(), buffer.data(), buffer.size());
  return written == nullptr ? std::string() : std::string(written);
}

NetworkAddress NetworkAddress::client_network() const {
  NetworkAddress network = *this;
  if (!is_v4()) std::fill(network.bytes.begin() + 8, network.bytes.end(), std::uint8_t{0});
  return network;
}

Result<Networks> Networks::parse(const std::vector<std::string>& entries) {
  Networks networks;
  for (const std::string& entry : entries) {
    const std::size_t slash = std::min(entry.find('/'), entry.size());
    const auto address = NetworkAddress::parse(std::string_view(entry).substr(0, slash));
    int bits = address && address->is_v4() ? 32 : 128;
    bool good = address.has_value();
    if (good && slash < entry.size()) {
      int prefix = 0;
      const char* const last = entry.data() + entry.size();
      const auto [end, error] = std::from_chars(entry.data() + slash + 1, last, prefix);
      good = error == std::errc{} && end == last && prefix >= 0 && prefix <= bits;
      bits = prefix;
    }
    if (!good) {
      return fail(
          ErrorCode::bad_request,
          "\"" + entry + "\" is no network; write it as 10.0.0.0/8, 2001:db8::/32 or a single address.");
    }
    networks.networks_.push_back({*address, address->is_v4() ? 96 + bits : bits});
  }
  return networks;
}

bool Networks::contain(const NetworkAddress& address) const {
  return std::ranges::any_of(networks_, [&](const Network& network) {
    return equal_bits(network.address, address, network.prefix_bits);
  });
}

}  // namespace rucola::http
