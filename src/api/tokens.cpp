// GET and POST /user/apikeys/token: a token in exchange for a key, or for another token
#include <algorithm>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/resources.h"
#include "base/text.h"
#include "security/access_token.h"
#include "security/allowed_addresses.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using message::Request;
using message::Response;
using security::AccessToken;
using security::AllowedAddresses;

constexpr std::int64_t usual_seconds = 86'400;
constexpr std::int64_t most_seconds = 315'360'000;  // ten years

struct Asked {
  std::optional<std::int64_t> expires_in{};
  std::optional<std::string> ips{};
  bool no_ip_protection = false;
  std::optional<bool> renewable{};
  std::optional<std::string> totp{};
};

std::unexpected<Error> may_not(std::string message) {
  return fail(ErrorCode::forbidden, std::move(message));
}

/// Each once. An entry may be empty: the dashboard sends `request_ip,` when it has no older address to add.
std::vector<std::string> entries_of(std::string_view text, const Request& request) {
  std::vector<std::string> addresses;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view entry = trimmed(text.substr(begin, end - begin));
    std::string address(entry == "request_ip" ? request.client : entry);
    if (!entry.empty() && std::ranges::find(addresses, address) == addresses.end())
      addresses.push_back(std::move(address));
    begin = end + 1;
  }
  return addresses;
}

/// As asked for, or as the token has them that the request came with; else where the request comes from.
/// Empty: everywhere.
Result<std::vector<std::string>> addresses_of(const Asked& asked, const Request& request) {
  auto addresses = entries_of(asked.ips.value_or(""), request);
  const bool are_named = !addresses.empty();
  if (asked.no_ip_protection && are_named) {
    return fail(ErrorCode::bad_request,
                "\"no_ip_protection\" and \"ips\" contradict each other; send one of them.");
  }
  if (asked.no_ip_protection) return std::vector<std::string>{};
  if (!are_named && request.caller.token) return request.caller.token->addresses;
  if (!are_named) addresses.push_back(request.client);
  if (const auto allowed = AllowedAddresses::parse(addresses); !allowed)
    return std::unexpected(allowed.error());
  return addresses;
}

/// A token gives no more than it has.
Result<void> check_renewal(const message::TokenBounds& old, const AccessToken& wanted) {
  if (!old.renewable)
    return may_not("This token can't be renewed: its \"rn\" is false. Get a new one with an API key.");
  if (wanted.lifetime > old.lifetime) {
    return may_not("This token can be renewed for " + std::to_string(old.lifetime.count()) +
                   " seconds at most, its \"expt\".");
  }
  const auto before = AllowedAddresses::parse(old.addresses);
  const auto after = AllowedAddresses::parse(wanted.addresses);
  if (before && after && before->cover(*after)) return {};
  return may_not("This token can be renewed only for the addresses that it is good from, its \"ips\".");
}

Result<AccessToken> token_for(const Asked& asked, const Request& request, const catalog::ApiKey& key,
                              Time at) {
  const std::optional<message::TokenBounds>& old = request.caller.token;
  auto addresses = addresses_of(asked, request);
  if (!addresses) return std::unexpected(std::move(addresses.error()));
  AccessToken token{.key_id = request.caller.key_id, .addresses = *std::move(addresses)};
  token.lifetime =
      std::chrono::seconds{asked.expires_in.value_or(old ? old->lifetime.count() : usual_seconds)};
  token.expires = std::chrono::floor<std::chrono::seconds>(at) + token.lifetime;
  if (key.terms.expires)
    token.expires = std::min(token.expires, std::chrono::floor<std::chrono::seconds>(*key.terms.expires));
  token.renewable = asked.renewable.value_or(old ? old->renewable : !token.addresses.empty());
  if (!old) return token;
  if (auto allowed = check_renewal(*old, token); !allowed) return std::unexpected(std::move(allowed.error()));
  return token;
}

Result<Response> make_token(const Services& services, const Asked& asked, const Request& request) {
  if (asked.totp) {
    return fail(ErrorCode::not_implemented,
                "This server has no second factor for keys yet; leave \"totp\" out.");
  }
  const auto principal = services.users.principal_by_key(request.caller.key_id);
  if (!principal) return std::unexpected(principal.error());
  if (!*principal) return may_not("The key has just been deleted.");
  const catalog::ApiKey& key = (*principal)->key;
  if (key.token_secret.empty())
    return fail(ErrorCode::internal, "This key can't sign tokens; make a new one.");
  const auto token = token_for(asked, request, key, now());
  if (!token) return std::unexpected(token.error());
  return message::json_response(200, json::object{{"token", security::sign_token(*token, key.token_secret)},
                                                  {"payload", security::token_payload(*token)}});
}

const Shape& payload_shape() {
  static const Shape shape{
      "TokenPayload",
      {{"id", text(16), "The key that it was made with."},
       {"exp", integer(0, std::numeric_limits<std::int64_t>::max()), "When it ends, in seconds since 1970."},
       {"expt", integer(1, most_seconds), "For how many seconds it was made."},
       {"ips", list(), "Where it may be used from; absent: everywhere."},
       {"rn", flag(), "Whether a new one may be got with it."}}};
  return shape;
}

const Shape& token_shape() {
  static const Shape shape{"Token",
                           {{"token", text(4096), "Send it as Authorization: Bearer."},
                            {"payload", object(payload_shape()), "What stands in it, for all to read."}}};
  return shape;
}

Row<Asked> row(message::Method method, message::BodyKind body, std::vector<Input<Asked>> more) {
  std::vector<Input<Asked>> takes{
      query("expires_in", &Asked::expires_in, integer(1, most_seconds),
            "For how many seconds; 86400 where it is not given, and never past the key's own end. With a "
            "token at "
            "most the token's own time, which is also the default then."),
      query("ips", &Asked::ips, text(1024),
            "Where it may be used from: up to 10 IP addresses and IPv4 networks, separated by commas; "
            "request_ip "
            "is the request's own, and the default."),
      query("no_ip_protection", &Asked::no_ip_protection, flag(), "It may be used from everywhere."),
      query("renewable", &Asked::renewable, flag(),
            "Whether a new one may be got with it; by default one with addresses may be renewed.")};
  takes.insert(takes.end(), more.begin(), more.end());
  return {.method = method,
          .pattern = "/user/apikeys/token",
          .access = message::Access::account,
          .body = body,
          .summary = "Get a token, which is good for what the key is good for and ends by itself",
          .takes = std::move(takes),
          .answers = {{200, "A token.", object(token_shape())}},
          .refuses = {{ErrorCode::forbidden, "A token can't be renewed like that."},
                      {ErrorCode::not_implemented, "A second factor came with it."}},
          .handle = make_token};
}

}  // namespace

void add_tokens(Endpoints& table) {
  table.push_back(endpoint<Asked>(row(message::Method::get, message::BodyKind::none, {})));
  table.push_back(
      endpoint<Asked>(row(message::Method::post, message::BodyKind::json,
                          {body("totp", &Asked::totp, text(16), "Not available in this version.")})));
}

}  // namespace rucola::api
