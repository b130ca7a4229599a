// Reads the body of one request off the wire, with its framing taken away.
//
// Time: the deadline moves on whenever 1 KiB more has arrived; so a body may take as long as it needs, but
// can't be dripped byte by byte.
//
// Threads: belongs to its connection's event loop. Ownership: borrows the wire.
// Errors: a BodyFailure; afterwards the connection can't be used for another request.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "base/error.h"
#include "http/asio_types.h"
#include "http/chunked.h"
#include "http/gate.h"
#include "http/wire.h"

namespace rucola::http {

struct BodyFailure {
  /// What to answer: payload_too_large, bad_request, request_timed_out … Nothing: the client is gone.
  std::optional<Error> error;
};

class BodyReader {
 public:
  /// `limit` in bytes of the decoded body; `timeout` for each KiB.
  BodyReader(Wire& wire, BodyFraming framing, std::uint64_t content_length, std::uint64_t limit,
             std::chrono::seconds timeout);

  /// Appends to `out` until it holds `wanted` bytes or more, or the body is over; true: it is over.
  Task<std::expected<bool, BodyFailure>> read(std::string& out, std::size_t wanted);

 private:
  /// Moves what the wire holds to `out`.
  std::expected<void, BodyFailure> take(std::string& out);
  [[nodiscard]] bool done() const;
  [[nodiscard]] BodyFailure too_large() const;

  Wire& wire_;
  const BodyFraming framing_;
  const std::uint64_t limit_;
  const std::chrono::seconds timeout_;
  std::uint64_t remaining_;  ///< where the length is known
  std::uint64_t taken_ = 0;
  std::uint64_t progress_ = 0;  ///< bytes since the deadline was moved
  ChunkedDecoder decoder_;
};

}  // namespace rucola::http
