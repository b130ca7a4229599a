// The strict gate: what the bytes of a request's head must look like before anything of it is read.
//
// Common parsers, such as Boost.Beast 1.81's, accept heads that other servers and proxies read differently
// (Transfer-Encoding other than "chunked", obs-fold, several Host or Content-Length fields, raw UTF-8 and '#'
// in targets). Where two readers of one byte stream disagree about where a request ends, requests can be
// smuggled; so every doubtful head is refused here, and the connection is closed after the refusal.
//
// Thread-safe: pure functions on borrowed bytes; a Head's views point into the bytes it was read from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace rucola::http {

/// Looks for the blank line that ends a head while its bytes still arrive.
struct HeadScan {
  enum class State { incomplete, complete, malformed };
  State state = State::incomplete;
  /// complete: bytes of the head, blank line included. incomplete: where the next scan may start.
  std::size_t length = 0;
};

/// `bytes` from the first byte of the request; `from` is the `length` of the scan before, or 0. Finds a bare
/// LF, a bare CR or a first byte that begins no method as soon as it is there, without waiting for the end.
HeadScan scan_head(std::string_view bytes, std::size_t from);

enum class BodyFraming { none, length, chunked };

/// What the connection needs to know of a head that passed.
struct Head {
  std::string_view method;  ///< one of those that message::parse_method() knows
  std::string_view target;
  BodyFraming framing = BodyFraming::none;
  std::uint64_t content_length = 0;  ///< where framing is length; may be 0
  bool http_1_0 = false;
  bool keep_alive = true;
  bool expects_continue = false;
  bool conditional = false;  ///< there is an If-… or Range field to look at
};

inline constexpr std::size_t header_fields_limit = 100;

/// `head` ends with its blank line, as scan_head() measured it.
/// Errors: why the head is refused, to be answered before the connection is closed.
Result<Head> check_head(std::string_view head);

}  // namespace rucola::http
