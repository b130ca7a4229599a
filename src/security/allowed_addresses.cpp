#include "security/allowed_addresses.h"

#include <algorithm>
#include <charconv>

namespace rucola::security {
namespace {

constexpr unsigned v4_bits = 32;

std::unexpected<Error> refused(std::string_view entry) {
  return fail(ErrorCode::bad_request, "\"" + std::string(entry) +
                                          "\" is no IP address and no IPv4 network: write it as 192.0.2.7, "
                                          "2001:db8::7 or 192.0.2.0/24.");
}

}  // namespace

bool AllowedAddresses::Entry::contains(const IpAddress& address) const {
  return IpNetwork(first, prefix_bits).contains(address);
}

Result<AllowedAddresses::Entry> AllowedAddresses::parse_entry(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto parsed = IpAddress::parse(std::string_view(text).substr(0, slash));
  if (!parsed) return refused(text);
  const IpAddress address = parsed->unmapped();
  if (slash == std::string::npos) return Entry{address, address.bits()};
  unsigned bits = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + slash + 1, end, bits);
  if (error != std::errc{} || stopped != end || !parsed->is_v4() || bits > v4_bits) return refused(text);
  return Entry{address, bits};
}

Result<AllowedAddresses> AllowedAddresses::parse(const std::vector<std::string>& entries) {
  if (entries.size() > most_allowed_entries) {
    return fail(ErrorCode::bad_request, "At most " + std::to_string(most_allowed_entries) +
                                            " addresses and networks may be named, not " +
                                            std::to_string(entries.size()) + ".");
  }
  AllowedAddresses allowed;
  std::int64_t addresses = 0;
  for (const std::string& text : entries) {
    const auto entry = parse_entry(text);
    if (!entry) return std::unexpected(entry.error());
    addresses += std::int64_t{1} << (entry->first.bits() - entry->prefix_bits);
    allowed.entries_.push_back(*entry);
  }
  if (addresses <= most_allowed_addresses) return allowed;
  return fail(ErrorCode::bad_request, "The networks have " + std::to_string(addresses) +
                                          " addresses; at most " + std::to_string(most_allowed_addresses) +
                                          " may be allowed.");
}

bool AllowedAddresses::allow(const std::optional<IpAddress>& client) const {
  if (entries_.empty()) return true;
  if (!client) return false;
  return std::ranges::any_of(
      entries_, [address = client->unmapped()](const Entry& entry) { return entry.contains(address); });
}

bool AllowedAddresses::cover(const AllowedAddresses& narrower) const {
  if (entries_.empty()) return true;
  if (narrower.entries_.empty()) return false;
  return std::ranges::all_of(narrower.entries_, [this](const Entry& inner) {
    return std::ranges::any_of(entries_, [&inner](const Entry& outer) {
      return outer.prefix_bits <= inner.prefix_bits && outer.contains(inner.first);
    });
  });
}

}  // namespace rucola::security
