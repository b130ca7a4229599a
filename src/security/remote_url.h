// A URL that a caller wants fetched: checked once, by the parser that later connects, so that the two can't
// disagree about what the host is.
//
// Threads: a value that belongs to one thread at a time. Ownership: owns curl's handle.
#pragma once

#include <memory>
#include <string>

#include <curl/curl.h>

#include "base/c_handle.h"
#include "base/error.h"

namespace rucola::security {

using CurlUrl = CHandle<CURLU, curl_url_cleanup>;

/// Errors: bad_request for what is no absolute http or https URL, or carries a user name or password.
Result<CurlUrl> parse_remote_url(const std::string& url);

/// In lower case; an IPv6 address in brackets.
std::string host_of(const CurlUrl& url);

/// The last path segment, percent-decoded where that gives readable UTF-8 and left as it is where it doesn't;
/// at most 255 bytes. Empty for a path that ends in a slash.
std::string filename_of(const CurlUrl& url);

}  // namespace rucola::security
