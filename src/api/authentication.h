// Who calls: the user and the key behind what stands in a request's headers.
//
// Api-Key comes first; beside it an Authorization of another scheme (a proxy's) means nothing. A bearer is a
// token, or a key where it looks like one.
//
// Threads: any; it waits for the catalog. Errors: forbidden for a key that is missing or unknown, as rokka's
// clients expect it; unauthenticated for a token that is not valid, and for a key past its end or from where
// it may not be used; bad_request where a request says twice who calls: which one counts would be a guess.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "catalog/users.h"
#include "message/request.h"
#include "security/access_token.h"

namespace rucola::api {

struct Authenticated {
  catalog::Principal principal;
  std::optional<security::AccessToken> token;
};

/// Does it say who calls at all?
bool has_credentials(const message::Request& request);
/// The key, or the token, as it was sent; empty where there is none. Where there are two, which is no good,
/// it is one of them.
std::string_view credentials_of(const message::Request& request);

Result<Authenticated> authenticate(catalog::Users& users, const message::Request& request, Time at);

}  // namespace rucola::api
