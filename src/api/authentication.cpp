#include "api/authentication.h"

#include "base/ascii.h"
#include "base/text.h"
#include "security/allowed_addresses.h"
#include "security/api_keys.h"

namespace rucola::api {
namespace {

std::unexpected<Error> refused(ErrorCode code, std::string message) {
  return std::unexpected(
      Error{.code = code, .message = {std::move(message)}, .invalid_authentication = true});
}

std::unexpected<Error> missing_key() {
  return refused(
      ErrorCode::forbidden,
      "An API key is missing. Send it in the header Api-Key, or a token as Authorization: Bearer; "
      "`rucola user create --data {data folder}`, on the server's machine, makes one; the server says the "
      "whole line when it starts. docs/authentication.md says more.");
}

/// No entries mean everywhere. Entries that can't be read allow nothing.
bool may_come_from(const std::vector<std::string>& addresses, const message::Request& request) {
  const auto allowed = security::AllowedAddresses::parse(addresses);
  return allowed && allowed->allow(IpAddress::parse(request.client));
}

/// They hold for the key's tokens too, whatever they were when a token was made.
Result<void> check_terms(const catalog::KeyTerms& terms, const message::Request& request, Time at) {
  if (terms.expires && *terms.expires <= at) {
    return refused(ErrorCode::unauthenticated,
                   "The API key expired at " + format_rfc3339(*terms.expires) + "; use another one.");
  }
  if (may_come_from(terms.allowed_ips, request)) return {};
  return refused(ErrorCode::unauthenticated,
                 "The API key is not good from this address; its allowed_ips name others.");
}

Result<Authenticated> by_key(catalog::Users& users, std::string_view key) {
  if (!security::looks_like_api_key(key)) {
    return refused(ErrorCode::forbidden,
                   "The API key is malformed: keys are 64 letters and digits, old ones 32.");
  }
  auto found = users.principal_by_key(security::api_key_digest(key));
  if (!found) return std::unexpected(std::move(found.error()));
  if (!*found) return refused(ErrorCode::forbidden, "The API key is unknown.");
  return Authenticated{.principal = **std::move(found), .token = {}};
}

Result<Authenticated> by_token(catalog::Users& users, std::string_view text, const message::Request& request,
                               Time at) {
  const auto claimed = security::UnverifiedToken::parse(text);
  if (!claimed) return std::unexpected(claimed.error());
  auto found = users.principal_by_key(claimed->key_id());
  if (!found) return std::unexpected(std::move(found.error()));
  // Of a key that is gone no secret is left: an empty one verifies nothing, and the answer is that of a token
  // that never was.
  auto token = claimed->verify(*found ? (*found)->key.token_secret : std::string(), at);
  if (!token) return std::unexpected(std::move(token.error()));
  if (!may_come_from(token->addresses, request)) {
    return refused(ErrorCode::unauthenticated,
                   "The bearer token is not good from this address; its \"ips\" name others.");
  }
  return Authenticated{.principal = **std::move(found), .token = *std::move(token)};
}

/// What comes as Authorization: Bearer; other schemes are left out.
std::vector<std::string_view> bearers_of(const message::Request& request) {
  std::vector<std::string_view> bearers;
  for (const auto& [name, value] : request.headers) {
    if (!equal_ignoring_case(name, "Authorization")) continue;
    const std::string_view authorization = value;
    const std::string_view scheme = authorization.substr(0, authorization.find(' '));
    if (equal_ignoring_case(scheme, "Bearer"))
      bearers.push_back(trimmed(authorization.substr(scheme.size())));
  }
  return bearers;
}

std::unexpected<Error> twice(const std::string& header) {
  return fail(ErrorCode::bad_request,
              "The header " + header + " stands twice, and only one can say who calls; send it once.");
}

Result<Authenticated> by_what_was_sent(catalog::Users& users, const message::Request& request, Time at) {
  if (request.headers.count("Api-Key") > 1) return twice("Api-Key");
  if (const std::string_view key = request.headers.get("Api-Key"); !key.empty()) return by_key(users, key);
  const auto bearers = bearers_of(request);
  if (bearers.empty()) return missing_key();
  if (bearers.size() > 1) return twice("Authorization: Bearer");
  const std::string_view bearer = bearers.front();
  if (security::looks_like_api_key(bearer)) return by_key(users, bearer);
  return by_token(users, bearer, request, at);
}

}  // namespace

bool has_credentials(const message::Request& request) {
  return request.headers.has("Api-Key") || !bearers_of(request).empty();
}

std::string_view credentials_of(const message::Request& request) {
  if (const std::string_view key = request.headers.get("Api-Key"); !key.empty()) return key;
  const auto bearers = bearers_of(request);
  return bearers.empty() ? std::string_view() : bearers.front();
}

Result<Authenticated> authenticate(catalog::Users& users, const message::Request& request, Time at) {
  auto caller = by_what_was_sent(users, request, at);
  if (!caller) return caller;
  if (auto allowed = check_terms(caller->principal.key.terms, request, at); !allowed)
    return std::unexpected(std::move(allowed.error()));
  return caller;
}

}  // namespace rucola::api
