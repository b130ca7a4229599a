// The body of a request, as its route takes it: JSON, a form with files, or none.
//
//   announced ──▶ a share of the memory for bodies ──▶ 100 Continue ──▶ read ──▶ the request's `body` or
//   `parts`
//
// Threads: the loop's. Uploaded files are written, and removed, where the disk is waited for.
#pragma once

#include <expected>

#include "http/asio_types.h"
#include "http/body_reader.h"
#include "http/exchange.h"
#include "http/loop.h"
#include "http/wire.h"
#include "message/route.h"

namespace rucola::http {

/// Errors: those to answer with, and the client that has left.
using BodyResult = std::expected<void, BodyFailure>;

Task<BodyResult> read_body(Loop& loop, Wire& wire, Exchange& exchange, message::BodyKind kind);

/// Where no body is taken. Some proxies send one of no chunks with each request, and some clients an empty
/// object with each DELETE: both say nothing.
Task<BodyResult> read_no_body(Loop& loop, Wire& wire, Exchange& exchange);

}  // namespace rucola::http
