#include "http/shares.h"

#include "base/ip_address.h"

namespace rucola::http {

std::string turn_of(const SharedState& shared, const std::string& client) {
  const auto address = IpAddress::parse(client);
  if (!address) return client;
  return shared.trusted_proxies.contains(*address) ? std::string() : address->client_network().text();
}

BodyBudget::Owners owners_of(const SharedState& shared, const message::Request& request) {
  return {.organization = request.share, .address = turn_of(shared, request.client)};
}

}  // namespace rucola::http
