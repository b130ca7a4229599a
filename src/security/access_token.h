// Access tokens: an API key, lent out for a time. They are JSON Web Tokens (RFC 7519) signed with HS256, and
// their payload is the one that clients of the rokka API read:
//
//   id    the key that the token was made with, as security::api_key_id() has it
//   exp   when it ends, in seconds since 1970
//   expt  how many seconds that was when it was made; a renewal may not ask for more
//   ips   where it may be used from; absent: from everywhere
//   rn    whether a new one may be got with it
//
// Nothing is kept of a token. Each key has a random secret of its own that signs its tokens, so they end with
// their key. Only the very header that we write is read: no other algorithm, "none" least of all, is ever
// tried.
//
// Pure and thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/error.h"
#include "base/time.h"

namespace rucola::security {

struct AccessToken {
  std::string key_id;
  std::chrono::sys_seconds expires{};
  std::chrono::seconds lifetime{};
  std::vector<std::string> addresses{};  ///< as security/allowed_addresses.h reads them; empty: everywhere
  bool renewable = false;
};

boost::json::object token_payload(const AccessToken& token);

/// A token that an empty secret signed is never good.
std::string sign_token(const AccessToken& token, std::string_view secret);

/// What a token says of itself, before its signature is checked. Use it to find the key, and then verify().
class UnverifiedToken {
 public:
  /// Errors: unauthenticated, for what is no token of ours.
  static Result<UnverifiedToken> parse(std::string_view text);

  [[nodiscard]] const std::string& key_id() const { return claims_.key_id; }
  /// Errors: unauthenticated, where `secret` did not sign it, or it is over.
  [[nodiscard]] Result<AccessToken> verify(std::string_view secret, Time at) const;

 private:
  UnverifiedToken(std::string text, AccessToken claims)
      : text_(std::move(text)), claims_(std::move(claims)) {}

  std::string text_;
  AccessToken claims_;
};

}  // namespace rucola::security
