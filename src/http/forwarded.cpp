#include "http/forwarded.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "http/authority.h"

namespace rucola::http {
namespace {

using message::equal_ignoring_case;

/// One hop, as the proxy that received it describes it. Texts are empty where it said nothing.
struct Hop {
  std::string client;
  std::string proto;
  std::string host;
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
      else if (equal_ignoring_case(name, "host"))
        hop.host = std::move(value);
    }
  }
  return hops;
}

/// X-Forwarded-Proto and -Host belong to the nearest proxy: the last value is the one it wrote or passed on.
std::vector<Hop> x_forwarded_hops(const message::Headers& headers) {
  std::vector<Hop> hops;
  const std::string clients = headers.joined("X-Forwarded-For");
  for (const std::string_view client : split(clients, ',')) {
    hops.push_back({.client = std::string(client), .proto = {}, .host = {}});
  }
  const std::string proto = headers.joined("X-Forwarded-Proto");
  const std::string host = headers.joined("X-Forwarded-Host");
  for (Hop& hop : hops) {
    hop.proto = split(proto, ',').back();
    hop.host = split(host, ',').back();
  }
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

}  // namespace

void apply_forwarded(const IpNetworks& trusted, const IpAddress& peer, message::Request& request) {
  if (trusted.empty() || !trusted.contains(peer)) {
    request.client = peer.text();
    return;
  }
  IpAddress client = peer;
  const std::string field = request.headers.joined("Forwarded");
  const auto hops = field.empty() ? x_forwarded_hops(request.headers) : forwarded_hops(field);
  for (const Hop& hop : hops | std::views::reverse) {
    if (!hop.proto.empty()) request.secure = equal_ignoring_case(hop.proto, "https");
    if (auto host = parse_host(hop.host)) request.host = std::move(*host);
    const auto address = address_of(hop.client);
    if (!address) break;
    client = *address;
    if (!trusted.contains(client)) break;
  }
  request.client = client.text();
}

}  // namespace rucola::http
