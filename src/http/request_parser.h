// From the bytes of a head that passed the gate to message::Request. What the gate has seen to is not looked
// at again: that another reader, Boost.Beast's, understands the same is tried with whatever passes the gate
// (tests/fuzz/gate.cpp), and not with every request.
//
// Thread-safe: a pure function. Ownership: the request gets copies.
#pragma once

#include <string_view>

#include "base/error.h"
#include "message/request.h"

namespace rucola::http {

/// Fills method, target, path, query, host and headers. `head` ends with its blank line. An absolute target
/// (`GET http://host/path`) decides the host, whatever the Host field says (RFC 9112, section 3.2.2), and
/// leaves its path as the target. Errors: bad_request.
Result<void> parse_head(std::string_view head, message::Request& request);

}  // namespace rucola::http
