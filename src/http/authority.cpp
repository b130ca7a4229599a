#include "http/authority.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <arpa/inet.h>

#include "base/ascii.h"

namespace rucola::http {
namespace {

constexpr std::size_t longest_name = 253;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Letters of DNS names; '_' is no letter of host names but of names that people do give to machines.
constexpr std::array<bool, 256> name_characters = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = 0; c < 0x80; ++c) {
    const char small = lower(static_cast<char>(c));
    table[c] = is_digit(small) || (small >= 'a' && small <= 'z') || c == '-' || c == '.' || c == '_';
  }
  return table;
}();

bool is_port(std::string_view text) {
  if (text.empty()) return true;  // "host:" is allowed (RFC 3986, section 3.2.3)
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return is_digit(text.front()) && error == std::errc{} && end == text.data() + text.size();
}

bool is_bracketed_ipv6(std::string_view host) {
  if (host.size() < 4 || host.size() > INET6_ADDRSTRLEN + 1 || host.front() != '[' || host.back() != ']') {
    return false;
  }
  std::array<char, INET6_ADDRSTRLEN + 1> text{};
  std::ranges::copy(host.substr(1, host.size() - 2), text.begin());
  in6_addr ignored{};
  return inet_pton(AF_INET6, text.data(), &ignored) == 1;
}

bool is_name(std::string_view host) {
  if (host.empty() || host.size() > longest_name) return false;
  char before = '.';  // at the front there stands none
  for (const char c : host) {
    if (!name_characters[static_cast<unsigned char>(c)] || (c == '.' && before == '.')) return false;
    before = c;
  }
  return true;
}

/// The host with its port cut off; empty where the whole is malformed.
std::string_view host_of(std::string_view authority) {
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view host = authority.substr(0, colon);
  if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1))) return {};
  const bool good = host.starts_with('[') ? is_bracketed_ipv6(host) : is_name(host);
  return good ? host : std::string_view{};
}

}  // namespace

std::optional<std::string> parse_host(std::string_view authority) {
  std::string_view host = host_of(authority);
  if (host.empty()) return std::nullopt;
  if (host.back() == '.') host.remove_suffix(1);
  return lower(host);
}

bool is_authority(std::string_view authority) {
  return !host_of(authority).empty();
}

}  // namespace rucola::http
