#include "security/access_token.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/base64url.h"
#include "base/hashing.h"
#include "base/json.h"

namespace rucola::security {
namespace {

namespace json = boost::json;

constexpr std::string_view header = R"({"typ":"JWT","alg":"HS256"})";
constexpr std::size_t longest_token = 4096;

std::unexpected<Error> invalid(std::string message) {
  return std::unexpected(Error{
      .code = ErrorCode::unauthenticated, .message = {std::move(message)}, .invalid_authentication = true});
}

std::unexpected<Error> no_token() {
  return invalid(
      "The bearer token is none of this server's: it is neither a token of GET /user/apikeys/token nor an "
      "API "
      "key.");
}

std::string signature(std::string_view signed_part, std::string_view secret) {
  return base64url(hmac_sha256(secret, signed_part));
}

std::optional<std::vector<std::string>> texts(const json::value& value) {
  const json::array* list = value.if_array();
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> read;
  for (const json::value& entry : *list) {
    if (!entry.is_string()) return std::nullopt;
    read.emplace_back(entry.get_string());
  }
  return read;
}

/// Nothing where a claim is missing or of another type.
std::optional<AccessToken> read_claims(const json::object& payload) {
  const json::value* id = payload.if_contains("id");
  const json::value* exp = payload.if_contains("exp");
  const json::value* expt = payload.if_contains("expt");
  const json::value* rn = payload.if_contains("rn");
  const bool whole = id != nullptr && id->is_string() && exp != nullptr && exp->is_int64() &&
                     expt != nullptr && expt->is_int64() && rn != nullptr && rn->is_bool();
  if (!whole) return std::nullopt;
  AccessToken token{.key_id = std::string(id->get_string()),
                    .expires = std::chrono::sys_seconds{std::chrono::seconds{exp->get_int64()}},
                    .lifetime = std::chrono::seconds{expt->get_int64()},
                    .renewable = rn->get_bool()};
  if (const json::value* ips = payload.if_contains("ips")) {
    auto addresses = texts(*ips);
    if (!addresses || addresses->empty()) return std::nullopt;
    token.addresses = std::move(*addresses);
  }
  return token;
}

}  // namespace

json::object token_payload(const AccessToken& token) {
  json::object payload{{"id", token.key_id},
                       {"exp", token.expires.time_since_epoch().count()},
                       {"expt", token.lifetime.count()}};
  if (!token.addresses.empty()) payload["ips"] = json::array(token.addresses.begin(), token.addresses.end());
  payload["rn"] = token.renewable;
  return payload;
}

std::string sign_token(const AccessToken& token, std::string_view secret) {
  const std::string text = base64url(header) + "." + base64url(json::serialize(token_payload(token)));
  return text + "." + signature(text, secret);
}

Result<UnverifiedToken> UnverifiedToken::parse(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t last = text.rfind('.');
  if (text.size() > longest_token || first == std::string_view::npos || first == last) return no_token();
  if (text.substr(0, first) != base64url(header)) return no_token();
  const auto bytes = parse_base64url(text.substr(first + 1, last - first - 1));
  if (!bytes) return no_token();
  const auto payload = parse_json(*bytes);
  if (!payload || !payload->is_object()) return no_token();
  auto claims = read_claims(payload->get_object());
  if (!claims) return no_token();
  return UnverifiedToken(std::string(text), std::move(*claims));
}

Result<AccessToken> UnverifiedToken::verify(std::string_view secret, Time at) const {
  const std::size_t last = text_.rfind('.');
  const bool is_signed =
      !secret.empty() && equal_in_constant_time(std::string_view(text_).substr(last + 1),
                                                signature(std::string_view(text_).substr(0, last), secret));
  if (!is_signed) return no_token();
  if (claims_.expires <= at) {
    return invalid("The bearer token expired at " + format_rfc3339(claims_.expires) +
                   "; get a new one by GET /user/apikeys/token.");
  }
  return claims_;
}

}  // namespace rucola::security
