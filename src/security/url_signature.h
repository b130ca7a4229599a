// Signed URLs: `sig` is the beginning of SHA-256 over path, query and an organization's signing key, the
// query as it was sent but without `sig`. `sigopts`, a JSON object, may say until when the URL is good.
//
// Pure, thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace rucola::security {

/// 16 lower-case hex characters. `path_and_query` begins with '/' and has no `sig`.
std::string url_signature(std::string_view path_and_query, std::string_view key);

/// `path` and `query` with `until` (where there is one) and the signature, in the spelling that browsers and
/// the API's clients give to a URL. A `sig` or `sigopts` of before is replaced. `query` goes without its '?'.
std::string sign_url(std::string_view path, std::string_view query, std::optional<Time> until,
                     std::string_view key);

/// Is the URL signed by one of the keys, and is it still time? `paths` are ways to write the URL's path, of
/// which the signature may be over any; `query` is as it was sent, without its '?'. Besides the very bytes,
/// the spelling of browsers counts: programs on the way may escape characters, or stop escaping them.
/// Until when it is good, or nothing where that is for ever.
/// Errors: forbidden, with what is missing, wrong or over.
Result<std::optional<Time>> verify_url(std::span<const std::string_view> paths, std::string_view query,
                                       std::span<const std::string> keys, Time at);

}  // namespace rucola::security
