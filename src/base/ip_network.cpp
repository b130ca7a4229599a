#include "base/ip_network.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace rucola {
namespace {

constexpr unsigned byte_bits = 8;

std::optional<unsigned> parse_prefix(std::string_view text, unsigned most) {
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  const bool canonical = text.size() == 1 || !text.starts_with('0');
  if (error != std::errc{} || end != text.data() + text.size() || !canonical || bits > most)
    return std::nullopt;
  return bits;
}

/// The bits of byte `index` that belong to a prefix of that length.
unsigned byte_mask(unsigned index, unsigned prefix_bits) {
  if (prefix_bits >= (index + 1) * byte_bits) return 0xFF;
  if (prefix_bits <= index * byte_bits) return 0;
  return 0xFFU << ((index + 1) * byte_bits - prefix_bits) & 0xFFU;
}

std::unexpected<Error> refused(std::string_view text, std::string_view why) {
  return fail(ErrorCode::bad_request, "\"" + std::string(text) + "\" is not a network: " + std::string(why) +
                                          ". Write it as 10.0.0.0/8, fd00::/8, or a single address.");
}

}  // namespace

Result<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return refused(text, "the part before the slash is not an IP address");
  if (slash == std::string_view::npos) return IpNetwork(address->unmapped(), address->unmapped().bits());

  const auto bits = parse_prefix(text.substr(slash + 1), address->bits());
  if (!bits) {
    return refused(text, "the prefix length must be 0 to " + std::to_string(address->bits()));
  }
  for (unsigned i = 0; i < address->bits() / byte_bits; ++i) {
    if ((address->bytes().at(i) & ~byte_mask(i, *bits)) != 0) {
      return refused(text, "the address has bits set behind the prefix");
    }
  }
  const IpAddress unmapped = address->unmapped();
  const unsigned mapping_bits = address->bits() - unmapped.bits();
  if (*bits < mapping_bits) return IpNetwork(*address, *bits);
  return IpNetwork(unmapped, *bits - mapping_bits);
}

bool IpNetwork::contains(const IpAddress& address) const {
  if (address.is_v4() != address_.is_v4()) return false;
  for (unsigned i = 0; i < address.bits() / byte_bits; ++i) {
    const unsigned mask = byte_mask(i, prefix_bits_);
    if ((address.bytes().at(i) & mask) != (address_.bytes().at(i) & mask)) return false;
  }
  return true;
}

Result<IpNetworks> IpNetworks::parse(const std::vector<std::string>& texts) {
  IpNetworks networks;
  for (const std::string& text : texts) {
    const auto network = IpNetwork::parse(text);
    if (!network) return std::unexpected(network.error());
    networks.networks_.push_back(*network);
  }
  return networks;
}

bool IpNetworks::contains(const IpAddress& address) const {
  return std::ranges::any_of(networks_, [&](const IpNetwork& network) { return network.contains(address); });
}

}  // namespace rucola
