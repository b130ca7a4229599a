// A request's target as the log has it. What somebody who reads the log could use is left out: the signature
// of a signed URL, other keys and tokens of a query, and names and passwords in addresses of images
// elsewhere.
//
// Thread-safe. Takes one look at the target; only one with something to leave out is copied.
#pragma once

#include <string>
#include <string_view>

namespace rucola::http {

/// `sig=…` where the query has a signature, and so for every parameter whose name contains "key", "token",
/// "sig" (but sigopts), "secret" or "password"; `//…@` where an address has credentials. Also where that is
/// escaped, once or more often. What is returned is a part of `target`, or of `storage`.
std::string_view logged_target(std::string_view target, std::string& storage);

}  // namespace rucola::http
