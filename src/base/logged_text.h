// Targets of requests, addresses, and texts that quote them, as the log has them. What somebody who reads the
// log could use is left out: the signature of a signed URL, other keys and tokens of a query, and names and
// passwords in addresses of images elsewhere.
//
// Thread-safe. Takes one look at the text; only one with something to leave out is copied.
#pragma once

#include <string>
#include <string_view>

namespace rucola {

/// `sig=…` where a query has a signature, and so for every parameter whose name contains "key", "token",
/// "sig" (but sigopts), "secret" or "password"; `//…@` where an address has credentials. Also where that is
/// escaped, once or more often. Where a value ends in a sentence can't be told: all up to the next parameter
/// goes with it. What is returned is a part of `text`, or of `storage`.
std::string_view logged_text(std::string_view text, std::string& storage);

/// The same for what is seldom logged.
std::string logged_text(std::string_view text);

}  // namespace rucola
