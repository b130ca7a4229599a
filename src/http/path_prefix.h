// The path that a proxy mounts the server under: clients ask https://example.org/img/thumb/…, and whatever
// path they are told to go on with has to begin with /img as well.
//
// A prefix is written into headers, pages and links, so that one that is more than plain segments ("//evil",
// "/a/../b", "/a\r\nb") is none: a client could be sent elsewhere by it.
//
// Thread-safe: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "message/request.h"

namespace rucola::http {

/// "/img", "/media/img": segments of letters, digits and "-._~", none of them "." or "..", at most 256 bytes
/// in all. A slash at the end is dropped, so that "/" is the empty prefix. Nothing where it is malformed.
std::optional<std::string> parse_path_prefix(std::string_view text);

/// Clients see the server under `prefix`, which parse_path_prefix() has passed: sets request.path_prefix, and
/// takes it off request.path where the proxy has left it there.
void mount_at(std::string_view prefix, message::Request& request);

}  // namespace rucola::http
