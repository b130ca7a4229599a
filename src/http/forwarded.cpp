#include "http/forwarded.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "http/authority.h"
#include "http/path_prefix.h"

namespace rucola::http {
namespace {

using message::equal_ignoring_case;

/// One hop, as the proxy that received it describes it. Texts are empty where it said nothing.
struct Hop {
  std::string client;
  std::string proto;
};

/// Splits at `separator`, but not inside quoted strings.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
    if (quoted || i >= text.size() || text[i] != separator) continue;
    pieces.push_back(trimmed(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  pieces.push_back(trimmed(text.substr(begin)));
  return pieces;
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string plain;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

std::vector<Hop> forwarded_hops(const std::string& field) {
  std::vector<Hop> hops;
  for (const std::string_view element : split(field, ',')) {
    Hop& hop = hops.emplace_back();
    for (const std::string_view pair : split(element, ';')) {
      const std::size_t equals = std::min(pair.find('='), pair.size());
      const std::string_view name = pair.substr(0, equals);
      std::string value = unquoted(pair.substr(std::min(equals + 1, pair.size())));
      if (equal_ignoring_case(name, "for"))
        hop.client = std::move(value);
      else if (equal_ignoring_case(name, "proto"))
        hop.proto = std::move(value);
    }
  }
  return hops;
}

/// X-Forwarded-Proto belongs to the nearest proxy: the last value is the one it wrote or passed on.
std::vector<Hop> x_forwarded_hops(const message::Headers& headers) {
  std::vector<Hop> hops;
  const std::string clients = headers.joined("X-Forwarded-For");
  for (const std::string_view client : split(clients, ',')) {
    hops.push_back({.client = std::string(client), .proto = {}});
  }
  const std::string proto = headers.joined("X-Forwarded-Proto");
  for (Hop& hop : hops)
    hop.proto = split(proto, ',').back();
  return hops;
}

/// "192.0.2.1", "192.0.2.1:4711", "[2001:db8::1]:4711", "2001:db8::1".
std::optional<IpAddress> address_of(std::string_view node) {
  if (node.starts_with('[')) {
    node = node.substr(1, node.find(']') - 1);
  } else if (std::ranges::count(node, ':') == 1) {
    node = node.substr(0, node.find(':'));
  }
  const auto address = IpAddress::parse(node);
  if (!address) return std::nullopt;
  return address->unmapped();
}

/// Ordinary proxies write X-Forwarded-For, or X-Forwarded-Proto alone, and hand a Forwarded of the client's
/// through.
std::vector<Hop> hops_of(const message::Headers& headers) {
  if (headers.has("X-Forwarded-For") || headers.has("X-Forwarded-Proto")) return x_forwarded_hops(headers);
  return forwarded_hops(headers.joined("Forwarded"));
}

/// The last of several values is the nearest proxy's.
std::string nearest_value(const message::Headers& headers, std::string_view header) {
  const std::string values = headers.joined(header);
  return std::string(split(values, ',').back());
}

void take_host(std::string_view host_header, message::Request& request) {
  std::string authority = nearest_value(request.headers, host_header);
  auto host = parse_host(authority);
  if (!host) return;
  request.host = std::move(*host);
  request.headers.set("Host", std::move(authority));
}

}  // namespace

void apply_forwarded(const IpNetworks& trusted, std::string_view host_header, const IpAddress& peer,
                     message::Request& request) {
  if (trusted.empty() || !trusted.contains(peer)) {
    request.client = peer.text();
    return;
  }
  if (!host_header.empty()) take_host(host_header, request);
  IpAddress client = peer;
  const auto hops = hops_of(request.headers);
  for (const Hop& hop : hops | std::views::reverse) {
    if (!hop.proto.empty()) request.secure = equal_ignoring_case(hop.proto, "https");
    const auto address = address_of(hop.client);
    if (!address) break;
    client = *address;
    if (!trusted.contains(client)) break;
  }
  request.client = client.text();
}

std::optional<std::string> forwarded_path_prefix(const IpNetworks& trusted, std::string_view prefix_header,
                                                 const IpAddress& peer, const message::Headers& headers) {
  if (prefix_header.empty() || !trusted.contains(peer)) return std::nullopt;
  return parse_path_prefix(nearest_value(headers, prefix_header));
}

}  // namespace rucola::http
